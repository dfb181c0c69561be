import type { Change, ChatMessage, PointRow, SeatQuality, View } from '../protocol/generated'

/** The view with its rows by point and their figures by seat: a change of ten rows among 3,355 touches ten. */
export interface MeetingView extends Omit<View, 'points' | 'quality'> {
  readonly points: ReadonlyMap<string, PointRow>
  readonly quality: ReadonlyMap<string, SeatQuality>
}

const CHAT_KEPT = 500

export function viewOf(view: View): MeetingView {
  return {
    ...view,
    points: new Map(view.points.map((row) => [row.point, row])),
    quality: new Map(view.quality.map((one) => [one.seat, one])),
  }
}

/** Each change replaces its section; `points`, `quality` and `chat` only add to or replace what is there. */
export function applyChanges(view: MeetingView, changes: readonly Change[]): MeetingView {
  return changes.reduce(applyChange, view)
}

function applyChange(view: MeetingView, change: Change): MeetingView {
  switch (change.section) {
    case 'points':
      return { ...view, points: withParts(view.points, change.value, (row) => row.point) }
    case 'quality':
      return { ...view, quality: withParts(view.quality, change.value, (one) => one.seat) }
    case 'chat':
      return { ...view, chat: withMessages(view.chat, change.value) }
    default:
      return { ...view, [change.section]: change.value }
  }
}

function withParts<T>(known: ReadonlyMap<string, T>, news: readonly T[], key: (part: T) => string): ReadonlyMap<string, T> {
  const next = new Map(known)
  for (const part of news) next.set(key(part), part)
  return next
}

/** A delta after a reconnection may repeat what arrived before it. */
function withMessages(chat: readonly ChatMessage[], news: readonly ChatMessage[]): ChatMessage[] {
  const known = new Set(chat.map((message) => message.id))
  return [...chat, ...news.filter((message) => !known.has(message.id))].slice(-CHAT_KEPT)
}
