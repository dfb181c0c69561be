import type { Holder, QueueEntry } from '../protocol/generated'
import type { MeetingView } from './state'

/** This seat's own floor, if it has one. */
export function myFloor(view: MeetingView): Holder | null {
  return view.floor.holders.find((holder) => holder.label.seat === view.me.label.seat) ?? null
}

export interface Place {
  /** From 1. */
  number: number
  /** Who is next to speak before this seat is; null for the first. */
  before: QueueEntry | null
}

/** This seat's place in the queue, and who is just before it. */
export function myPlace(queue: readonly QueueEntry[], seat: string): Place | null {
  const index = queue.findIndex((entry) => entry.label.seat === seat)
  if (index < 0) return null
  return { number: index + 1, before: queue[index - 1] ?? null }
}

/** Whoever speaks or is invited, the newest last; the chair's own microphone is not a floor. */
export function currentHolder(view: MeetingView): Holder | null {
  return view.floor.holders.at(-1) ?? null
}

/** Whether this seat presides over the floor: the chair, but not of a briefing that is attached to its parent. */
export function presides(view: MeetingView): boolean {
  return view.floor.chair?.seat === view.me.label.seat
}

/** Whether this seat may be heard: it was given the floor, or it is the chair with an open microphone. */
export function hasFloor(view: MeetingView, seat: string | null): boolean {
  if (seat === null) return false
  const given = view.floor.holders.some((holder) => holder.label.seat === seat)
  return given || (view.floor.chair_mic && view.floor.chair?.seat === seat)
}

/** Whole seconds between two moments in milliseconds, never negative. */
export function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 1_000))
}
