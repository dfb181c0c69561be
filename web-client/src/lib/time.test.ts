import { afterEach, describe, expect, test } from 'vitest'
import { changeLocale } from '@/i18n'
import {
  addDays,
  clock,
  clockRange,
  date,
  decimal,
  duration,
  fromLocal,
  integer,
  isoDate,
  mondayOf,
  weekday,
} from './time'

afterEach(() => changeLocale('vi'))

describe('times are those of Vietnam, whatever the machine is set to', () => {
  test('an instant late in the UTC day is already tomorrow', () => {
    expect(date('2026-11-24T17:30:00Z')).toBe('25/11/2026')
    expect(clock('2026-11-24T17:30:00Z')).toBe('00:30')
    expect(isoDate('2026-11-24T17:30:00Z')).toBe('2026-11-25')
  })

  test('a range is written on the 24-hour clock', () => {
    expect(clockRange('2026-11-24T01:30:00Z', '2026-11-24T08:45:00Z')).toBe('08:30–15:45')
  })

  test('what is typed comes back as the same clock time', () => {
    const at = fromLocal('2026-11-26', '08:05')
    expect(at.toISOString()).toBe('2026-11-26T01:05:00.000Z')
    expect(`${isoDate(at)} ${clock(at)}`).toBe('2026-11-26 08:05')
  })
})

test('days are named in the language of the person', async () => {
  expect(weekday('2026-11-24T05:00:00Z')).toBe('Thứ Ba')
  expect(weekday('2026-11-29T05:00:00Z')).toBe('Chủ Nhật')
  await changeLocale('en')
  expect(weekday('2026-11-24T05:00:00Z')).toBe('Tuesday')
})

test('a week begins on Monday, across months and years', () => {
  expect(mondayOf('2026-11-29')).toBe('2026-11-23')
  expect(mondayOf('2026-11-23')).toBe('2026-11-23')
  expect(mondayOf('2027-01-01')).toBe('2026-12-28')
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01')
})

test('numbers are written as Vietnamese are used to, and as English are', async () => {
  expect(integer(3355)).toBe('3.355')
  expect(decimal(8.4)).toBe('8,4')
  await changeLocale('en')
  expect(integer(3355)).toBe('3,355')
  expect(decimal(8.4)).toBe('8.4')
})

test('a duration keeps its two digits, so that a countdown does not shift', () => {
  expect(duration(161)).toBe('02:41')
  expect(duration(3725)).toBe('1:02:05')
  expect(duration(-5)).toBe('00:00')
})
