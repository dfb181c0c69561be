import { createContext, useContext, useSyncExternalStore } from 'react'
import type { MediaSnapshot, Meeting, MeetingSnapshot, MeetingView, MicState } from '@/meeting'

export const MeetingContext = createContext<Meeting | null>(null)

export function useMeeting(): Meeting {
  const meeting = useContext(MeetingContext)
  if (!meeting) throw new Error('useMeeting outside of a meeting')
  return meeting
}

/** `select` must give the same value for the same snapshot: a section of it, not a new object. */
export function useSnapshot<T>(select: (snapshot: MeetingSnapshot) => T): T {
  const { snapshot } = useMeeting()
  return useSyncExternalStore(snapshot.subscribe, () => select(snapshot.get()))
}

/** A section of the view; only below a face, which is not drawn before there is a view. */
export function useView<T>(select: (view: MeetingView) => T): T {
  return useSnapshot(({ view }) => {
    if (!view) throw new Error('a face without a view')
    return select(view)
  })
}

export function useMedia<T>(select: (media: MediaSnapshot) => T): T {
  const { media } = useMeeting()
  return useSyncExternalStore(media.subscribe, () => select(media.get()))
}

/** The server's clock in milliseconds, once a second. */
export function useSecond(): number {
  const { second } = useMeeting()
  return useSyncExternalStore(second.subscribe, second.get)
}

/** This page's own clock in whole seconds: for what is measured here, such as how long the connection has been away. */
export function useLocalSecond(): number {
  const { second } = useMeeting()
  return useSyncExternalStore(second.subscribe, () => Math.floor(Date.now() / 1000) * 1000)
}

export function useMicState(): MicState {
  const meeting = useMeeting()
  useSnapshot((snapshot) => snapshot)
  useMedia((media) => media)
  useSecond()
  return meeting.micState()
}
