import type { Change, ChatMessage, PointRow, View } from '../protocol/generated'

/** The view with its rows by point: a change of ten rows among 3,355 touches ten. */
export interface MeetingView extends Omit<View, 'points'> {
  readonly points: ReadonlyMap<string, PointRow>
}

const CHAT_KEPT = 500

export function viewOf(view: View): MeetingView {
  return { ...view, points: new Map(view.points.map((row) => [row.point, row])) }
}

/** Each change replaces its section; `points` and `chat` only add to or replace what is there. */
export function applyChanges(view: MeetingView, changes: readonly Change[]): MeetingView {
  return changes.reduce(applyChange, view)
}

function applyChange(view: MeetingView, change: Change): MeetingView {
  switch (change.section) {
    case 'points':
      return { ...view, points: withRows(view.points, change.value) }
    case 'chat':
      return { ...view, chat: withMessages(view.chat, change.value) }
    default:
      return { ...view, [change.section]: change.value }
  }
}

function withRows(points: ReadonlyMap<string, PointRow>, rows: readonly PointRow[]): ReadonlyMap<string, PointRow> {
  const next = new Map(points)
  for (const row of rows) next.set(row.point, row)
  return next
}

/** A delta after a reconnection may repeat what arrived before it. */
function withMessages(chat: readonly ChatMessage[], news: readonly ChatMessage[]): ChatMessage[] {
  const known = new Set(chat.map((message) => message.id))
  return [...chat, ...news.filter((message) => !known.has(message.id))].slice(-CHAT_KEPT)
}
