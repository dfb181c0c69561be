import { describe, expect, test } from 'vitest'
import { summary } from '@/testing/samples'
import { conflictOf, daysToShow, firstChoice, gridHours } from './week'

const at = (id: string, from: string, to: string, change = {}) =>
  summary({ id, starts_at: `2026-11-26T${from}:00Z`, ends_at: `2026-11-26T${to}:00Z`, ...change })

describe('a time conflict', () => {
  const cold = at('cold', '06:30', '09:00')
  const digital = at('digital', '07:30', '09:30')

  test('names the other briefing and when both run', () => {
    expect(conflictOf(digital, [cold, digital])).toMatchObject({
      other: { id: 'cold' },
      from: '2026-11-26T07:30:00Z',
      to: '2026-11-26T09:00:00Z',
    })
  })

  test('is none when one begins as the other ends', () => {
    const next = at('next', '09:00', '10:00')
    expect(conflictOf(next, [cold, next])).toBeNull()
  })

  test('is none with a cancelled briefing, or between a briefing and its child', () => {
    expect(conflictOf(digital, [{ ...cold, state: 'cancelled' }, digital])).toBeNull()
    expect(conflictOf(digital, [{ ...cold, parent_id: 'digital' }, digital])).toBeNull()
    expect(conflictOf({ ...digital, parent_id: 'cold' }, [cold, digital])).toBeNull()
  })
})

test('the grid shows the hours of the office and grows for a briefing outside them', () => {
  expect(gridHours([])).toEqual({ from: '07:30:00', to: '17:30:00' })
  // 05:40 to 21:10 in Vietnam.
  expect(
    gridHours([at('long', '00:00', '00:30', { starts_at: '2026-11-25T22:40:00Z', ends_at: '2026-11-26T14:10:00Z' })]),
  ).toEqual({
    from: '05:30:00',
    to: '21:30:00',
  })
})

test('a weekend appears only when something happens on it', () => {
  expect(daysToShow('2026-11-23', [])).toHaveLength(5)
  const sunday = summary({ starts_at: '2026-11-29T01:00:00Z', ends_at: '2026-11-29T02:00:00Z' })
  expect(daysToShow('2026-11-23', [sunday]).at(-1)).toBe('2026-11-29')
})

test('the briefing in session is shown first, else the next one', () => {
  const past = at('past', '01:00', '02:00')
  const next = at('next', '05:00', '06:00')
  const live = at('live', '08:00', '09:00', { state: 'in_session' })
  const now = new Date('2026-11-26T03:00:00Z')
  expect(firstChoice([past, next, live], now)?.id).toBe('live')
  expect(firstChoice([past, next], now)?.id).toBe('next')
  expect(firstChoice([], now)).toBeNull()
})
