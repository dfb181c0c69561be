import type { PointLine, Roll } from '@/api/attendance'

/** Toggles above the table; each stands for some outcomes of the roll. */
export type Filter = 'all' | 'present' | 'late' | 'deputised' | 'excused' | 'absent'

const PRESENT: Roll[] = ['on_site', 'online', 'late', 'represented']

export function matches(point: PointLine, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true
    case 'present':
      return PRESENT.includes(point.roll)
    case 'late':
      return point.roll === 'late' || (point.late_minutes ?? 0) > 0
    case 'deputised':
      return point.roll === 'represented' || point.representative?.deputising === true
    case 'excused':
      return point.roll === 'excused'
    case 'absent':
      return point.roll === 'absent' || point.roll === 'not_yet_called'
  }
}

export const FILTERS: Filter[] = ['all', 'present', 'late', 'deputised', 'excused', 'absent']

export function tally(points: PointLine[]): Record<Filter, number> & { headcount: number } {
  const count = (filter: Filter) => points.filter((p) => matches(p, filter)).length
  return {
    all: points.length,
    present: count('present'),
    late: count('late'),
    deputised: count('deputised'),
    excused: count('excused'),
    absent: count('absent'),
    headcount: points.reduce((sum, p) => sum + (p.headcount ?? 0), 0),
  }
}

/** Letters without accents and case, as people search. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()
}
