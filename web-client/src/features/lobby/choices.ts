import { useSyncExternalStore } from 'react'

/** Who sits in for the invited representative. */
export interface Deputy {
  name: string
  title: string
}

/** What the lobby leaves for the room to use. Device ids are the browser's; null is the system's default. */
export interface Choices {
  cameraId: string | null
  microphoneId: string | null
  speakerId: string | null
  /** False when the person goes in without a picture, or no camera works. */
  cameraOn: boolean
  /** True when the lobby found the link too weak for pictures. */
  audioOnly: boolean
  headcount: number
  deputy: Deputy | null
}

const DEVICES = 'giaoban.devices'
const ATTEND = 'giaoban.attend'

const initial: Choices = {
  cameraId: null,
  microphoneId: null,
  speakerId: null,
  cameraOn: true,
  audioOnly: false,
  headcount: 1,
  deputy: null,
}

function read(storage: () => Storage, key: string): Partial<Choices> {
  try {
    const found: unknown = JSON.parse(storage().getItem(key) ?? '{}')
    return typeof found === 'object' && found !== null ? found : {}
  } catch {
    return {}
  }
}

function write(storage: () => Storage, key: string, value: Partial<Choices>) {
  try {
    storage().setItem(key, JSON.stringify(value))
  } catch {
    // Private windows may refuse; the choices then last as long as the page.
  }
}

const local = () => localStorage
const session = () => sessionStorage

let choices: Choices = { ...initial, ...read(local, DEVICES), ...read(session, ATTEND) }
const listeners = new Set<() => void>()

export function getChoices(): Choices {
  return choices
}

/** Devices and headcount are remembered on this machine; the deputy and the link only for this visit. */
export function setChoices(change: Partial<Choices>): void {
  choices = { ...choices, ...change }
  const { cameraId, microphoneId, speakerId, cameraOn, headcount, deputy, audioOnly } = choices
  write(local, DEVICES, { cameraId, microphoneId, speakerId, cameraOn, headcount })
  write(session, ATTEND, { deputy, audioOnly })
  listeners.forEach((listener) => listener())
}

export function useChoices(): Choices {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => choices,
  )
}
