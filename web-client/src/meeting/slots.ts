import type { Slot, SlotKind } from '../protocol/generated'

/** How many receive slots of each kind a client asks for; the order of the offer's m-lines depends on it. */
export interface SlotCounts {
  audio: number
  main: number
  content: number
  thumbnail: number
}

/** Three loudest, one large picture, one shared screen, and as many small ones as the layout shows. */
export function slotCounts(thumbnails: number): SlotCounts {
  return { audio: 3, main: 1, content: 1, thumbnail: thumbnails }
}

/** What one receive slot shows now. */
export interface SlotState {
  kind: SlotKind
  index: number
  seat: string | null
  live: boolean
  stream: MediaStream | null
}

/** Every slot with its stream, in the order of the offer. The streams stay the same for the life of the connection. */
export type SlotMap = readonly SlotState[]

export const NO_SLOTS: SlotMap = []

/** The slot map of a new connection: streams are known, who is in them is not. */
export function emptySlots(streams: { kind: SlotKind; index: number; stream: MediaStream }[]): SlotMap {
  return streams.map((slot) => ({ ...slot, seat: null, live: false }))
}

/** The server names only what it binds; a slot it does not name is free. */
export function bindSlots(map: SlotMap, slots: readonly Slot[]): SlotMap {
  return map.map((state) => {
    const bound = slots.find((slot) => slot.kind === state.kind && slot.index === state.index)
    const seat = bound?.seat ?? null
    const live = bound?.live ?? false
    return seat === state.seat && live === state.live ? state : { ...state, seat, live }
  })
}

export function slotOf(map: SlotMap, kind: SlotKind, index = 0): SlotState | undefined {
  return map.find((state) => state.kind === kind && state.index === index)
}

/** The slot that shows this seat's camera now: a thumbnail before the main picture. */
export function slotShowing(map: SlotMap, seat: string): SlotState | undefined {
  return (
    map.find((state) => state.kind === 'thumbnail' && state.seat === seat) ??
    map.find((state) => state.kind === 'main' && state.seat === seat)
  )
}
