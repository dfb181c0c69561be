import type { BriefingSummary } from '@/api/types'
import { addDays, isoDate, localParts } from '@/lib/time'

/** The office's day; the grid grows when a briefing lies outside it. */
const FIRST_MINUTE = 7 * 60 + 30
const LAST_MINUTE = 17 * 60 + 30

export interface Overlap {
  other: BriefingSummary
  from: string
  to: string
}

const counts = (b: BriefingSummary) => b.state !== 'cancelled' && b.state !== 'closed'

/** The first briefing of the list that runs at the same time as this one, and when both run. */
export function conflictOf(briefing: BriefingSummary, all: BriefingSummary[]): Overlap | null {
  if (!counts(briefing)) return null
  for (const other of all) {
    // A child runs at its parent's time on purpose.
    if (other.id === briefing.id || other.parent_id === briefing.id || other.id === briefing.parent_id) continue
    if (!counts(other)) continue
    const from = other.starts_at > briefing.starts_at ? other.starts_at : briefing.starts_at
    const to = other.ends_at < briefing.ends_at ? other.ends_at : briefing.ends_at
    if (Date.parse(from) < Date.parse(to)) return { other, from, to }
  }
  return null
}

export interface GridHours {
  /** "07:30:00", as the grid takes it. */
  from: string
  to: string
}

const hhmm = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`

/** The hours to draw: the office's, or as far as the week's briefings reach, in half hours. */
export function gridHours(briefings: BriefingSummary[]): GridHours {
  let first = FIRST_MINUTE
  let last = LAST_MINUTE
  for (const b of briefings) {
    const from = localParts(b.starts_at)
    const to = localParts(b.ends_at)
    first = Math.min(first, Math.floor((from.hour * 60 + from.minute) / 30) * 30)
    const end = isoDate(b.starts_at) === isoDate(b.ends_at) ? to.hour * 60 + to.minute : 24 * 60
    last = Math.max(last, Math.ceil(end / 30) * 30)
  }
  return { from: hhmm(first), to: hhmm(last) }
}

/** Seven days from Monday; Saturday and Sunday only when something happens on them. */
export function daysToShow(monday: string, briefings: BriefingSummary[]): string[] {
  const busy = new Set(briefings.map((b) => isoDate(b.starts_at)))
  return Array.from({ length: 7 }, (_, i) => addDays(monday, i)).filter((day, i) => i < 5 || busy.has(day))
}

/** What to show first: the one in session, else the next of today, else the next of the week. */
export function firstChoice(briefings: BriefingSummary[], now: Date): BriefingSummary | null {
  const open = briefings.filter(counts)
  const live = open.find((b) => b.state === 'in_session' || b.state === 'adjourned')
  const next = [...open]
    .sort((a, b) => a.starts_at.localeCompare(b.starts_at))
    .find((b) => Date.parse(b.ends_at) > now.getTime())
  return live ?? next ?? briefings[0] ?? null
}
