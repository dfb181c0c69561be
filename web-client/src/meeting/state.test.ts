import { expect, test } from 'vitest'
import type { ChatMessage, PointRow } from '../protocol/generated'
import { applyChanges, viewOf } from './state'
import { at, CHAIR, ME, view } from './testing'

function row(point: string, change: Partial<PointRow> = {}): PointRow {
  return {
    point,
    unit: point,
    name: point,
    group: 'g',
    group_name: 'G',
    phone: null,
    seat: null,
    presence: 'absent',
    joined_at: null,
    representative: null,
    headcount: null,
    hand: null,
    speaking: false,
    link: 'unknown',
    lost_since: null,
    mark: null,
    answer: null,
    ...change,
  }
}

function message(id: string): ChatMessage {
  return { id, at: at(0), from: ME, to: { type: 'all' }, text: id, notice: false }
}

test('a change replaces its section and leaves the others as they are', () => {
  const before = viewOf(view())
  const after = applyChanges(before, [
    { section: 'phase', value: 'adjourned' },
    { section: 'stage', value: { ...before.stage, main: ME } },
  ])
  expect(after.phase).toBe('adjourned')
  expect(after.stage.main).toBe(ME)
  expect(after.floor).toBe(before.floor)
  expect(before.stage.main).toBe(CHAIR)
})

test('rows are added and replaced; an untouched row stays the same object', () => {
  const before = viewOf({ ...view(), points: [row('a'), row('b')] })
  const after = applyChanges(before, [{ section: 'points', value: [row('b', { presence: 'present' }), row('c')] }])
  expect([...after.points.keys()]).toEqual(['a', 'b', 'c'])
  expect(after.points.get('b')?.presence).toBe('present')
  expect(after.points.get('a')).toBe(before.points.get('a'))
})

test('a message that comes twice, as after a reconnection, is shown once', () => {
  const before = viewOf({ ...view(), chat: [message('1')] })
  const after = applyChanges(before, [{ section: 'chat', value: [message('1'), message('2')] }])
  expect(after.chat.map(({ id }) => id)).toEqual(['1', '2'])
})
