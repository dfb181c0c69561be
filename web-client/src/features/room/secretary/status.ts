import type { LinkState, PointRow, SeatQuality } from '@/protocol/generated'

/** The word in the first column. */
export type Status = 'present' | 'late' | 'absent' | 'excused' | 'lost' | 'left' | 'waiting' | 'not_yet'

/** What a person wrote down is stronger than what was measured. */
export function statusOf(row: PointRow): Status {
  switch (row.mark?.state) {
    case 'excused':
    case 'absent':
    case 'late':
      return row.mark.state
    case 'on_site':
      return 'present'
    case 'online':
    case 'represented':
      return row.presence === 'lost' ? 'lost' : row.presence === 'late' ? 'late' : 'present'
    default:
      return row.presence
  }
}

export function isDeputised(row: PointRow): boolean {
  return row.representative?.deputising === true || row.mark?.state === 'represented'
}

/** Whether this point is counted as here. */
export function isHere(row: PointRow): boolean {
  const status = statusOf(row)
  return status === 'present' || status === 'late'
}

/** Nothing to look at: the rest of a group. */
export const NORMAL = 100

/** Place among the exceptions, the worst first; {@link NORMAL} for everybody who is fine. */
export function rankOf(row: PointRow): number {
  switch (statusOf(row)) {
    case 'absent':
      return 0
    case 'excused':
      return 1
    case 'lost':
      return 2
    case 'left':
      return 3
    case 'present':
      return linkRank(row)
    case 'late':
      return Math.min(linkRank(row), 8)
    case 'waiting':
      return 9
    case 'not_yet':
      return NORMAL
  }
}

function linkRank(row: PointRow): number {
  switch (row.link) {
    case 'reconnecting':
      return 4
    case 'choppy':
      return 5
    case 'audio_only':
      return 6
    case 'blurred':
      return 7
    default:
      return NORMAL
  }
}

/** A good link is quiet; only who cannot be understood is red. */
export function linkTone(link: LinkState): string {
  if (link === 'good' || link === 'unknown') return 'text-text2'
  return link === 'choppy' ? 'font-medium text-bad' : 'font-medium text-warn'
}

/** The figures of a point's link, while it is there and measured. */
export function figuresOf(row: PointRow, qualities: ReadonlyMap<string, SeatQuality>): SeatQuality | null {
  if (row.seat === null || row.link === 'unknown' || !isHere(row)) return null
  return qualities.get(row.seat) ?? null
}

/** Colour of a cell of the dot field and of a group's bar: red for who is absent, cut or cannot be understood, amber for late and weak. */
export function severityOf(row: PointRow): 'ok' | 'warn' | 'bad' | 'none' {
  const status = statusOf(row)
  if (status === 'not_yet') return 'none'
  const rank = rankOf(row)
  if (rank === NORMAL) return 'ok'
  return rank <= 5 ? 'bad' : 'warn'
}

/** The toggles of the roll-up band. */
export type Filter = 'present' | 'absent' | 'late' | 'weak' | 'deputised' | 'hands'

export function passes(row: PointRow, filter: Filter | null): boolean {
  switch (filter) {
    case null:
      return true
    case 'present':
      return isHere(row)
    case 'absent': {
      const status = statusOf(row)
      return status === 'absent' || status === 'excused'
    }
    case 'late':
      return statusOf(row) === 'late'
    case 'weak':
      return statusOf(row) === 'lost' || linkRank(row) !== NORMAL
    case 'deputised':
      return isDeputised(row)
    case 'hands':
      return row.hand !== null || row.speaking
  }
}
