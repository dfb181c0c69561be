import { expect, test } from 'vitest'
import type { PointLine, Roll } from '@/api/attendance'
import { fold, matches, tally } from './tally'

function point(roll: Roll, change: Partial<PointLine> = {}): PointLine {
  return {
    id: roll,
    unit_code: '1',
    name: 'Xã Y Tý',
    group: 'Tỉnh Lào Cai',
    roll,
    note: '',
    late_minutes: null,
    answered_at: null,
    by_secretary: false,
    first_joined: null,
    last_left: null,
    presence: [],
    camera: [],
    microphone: [],
    present_seconds: 0,
    camera_seconds: 0,
    spoken_seconds: 0,
    interruptions: 0,
    headcount: null,
    representative: null,
    ...change,
  }
}

test('late and deputised points are present; excused ones are not plainly absent', () => {
  const counts = tally([
    point('online', { headcount: 13 }),
    point('late', { late_minutes: 17, headcount: 5 }),
    point('represented'),
    point('excused'),
    point('absent'),
    point('not_yet_called'),
  ])
  expect(counts).toEqual({ all: 6, present: 3, late: 1, deputised: 1, excused: 1, absent: 2, headcount: 18 })
})

test('a deputy at a point that is online counts as deputised too', () => {
  const here = point('online', { representative: { name: 'Lù Thị Mai', title: '', deputising: true } })
  expect(matches(here, 'deputised')).toBe(true)
  expect(matches(here, 'present')).toBe(true)
})

test('search forgives accents and case', () => expect(fold('Xã Đất Mũi')).toBe('xa dat mui'))
