import { describe, expect, test } from 'vitest'
import type { PointRow } from '@/protocol/generated'
import { boardLines, nameOrder, nextException, settle, type BoardWish, type Line, type Settled } from './board'
import { blockAt, layOut } from './dots'
import { NORMAL, rankOf, statusOf } from './status'

const ALL: BoardWish = { filter: null, search: '', closed: new Set() }
const NEW: Settled = new Map()

function row(point: string, name: string, change: Partial<PointRow> = {}): PointRow {
  return {
    point,
    unit: point,
    name,
    group: '15',
    group_name: 'Lào Cai',
    phone: null,
    seat: `seat-${point}`,
    presence: 'present',
    joined_at: '2026-11-24T01:26:00Z',
    representative: null,
    headcount: 12,
    hand: null,
    speaking: false,
    link: 'good',
    lost_since: null,
    mark: null,
    answer: null,
    ...change,
  }
}

function table(...rows: PointRow[]): Map<string, PointRow> {
  return new Map(rows.map((one) => [one.point, one]))
}

function lines(points: Map<string, PointRow>, wish = ALL, settled = settle(NEW, points, 0, false)): Line[] {
  return boardLines(points, nameOrder(points), settled, wish)
}

function words(all: Line[]): string[] {
  return all.map((line) =>
    line.kind === 'group' ? `# ${line.group.name}` : line.kind === 'rest' ? `-- ${String(line.count)}` : line.row.name,
  )
}

describe('order', () => {
  const points = table(
    row('3', 'Xã Y Tý', { link: 'audio_only' }),
    row('1', 'Xã Ác'),
    row('2', 'Xã Chế Tạo', { presence: 'absent' }),
    row('15', 'UBND tỉnh Lào Cai'),
    row('5', 'Xã Mường Khương', { presence: 'late' }),
    row('4', 'Phường Âu Lâu'),
    row('6', 'Xã Đất Mũi', { group: '96', group_name: 'Cà Mau' }),
    row('7', 'Xã Tà Xi Láng', { mark: { state: 'excused', reason: 'Mất điện' }, presence: 'absent' }),
  )

  test('provinces by name; the exceptions, worst first; then the province’s own office and the rest by name', () => {
    expect(words(lines(points))).toEqual([
      '# Cà Mau',
      'Xã Đất Mũi',
      '# Lào Cai',
      'Xã Chế Tạo',
      'Xã Tà Xi Láng',
      'Xã Y Tý',
      'Xã Mường Khương',
      '-- 3',
      'UBND tỉnh Lào Cai',
      'Phường Âu Lâu',
      'Xã Ác',
    ])
  })

  test('a folded province is one line with its own numbers', () => {
    const folded = lines(points, { ...ALL, closed: new Set(['15']) })
    expect(words(folded)).toEqual(['# Cà Mau', 'Xã Đất Mũi', '# Lào Cai'])
    expect(folded.at(-1)).toMatchObject({ group: { here: 5, total: 7, attention: 4, bad: 2, warn: 2 } })
  })

  test('a filter shows only what passes, also in folded provinces', () => {
    expect(words(lines(points, { filter: 'absent', search: '', closed: new Set(['15']) }))).toEqual([
      '# Lào Cai',
      'Xã Chế Tạo',
      'Xã Tà Xi Láng',
    ])
  })

  test('search finds names without their accents', () => {
    expect(words(lines(points, { ...ALL, search: 'dat mui' }))).toEqual(['# Cà Mau', 'Xã Đất Mũi'])
    expect(lines(points, { ...ALL, search: 'không có' })).toEqual([])
  })

  test('the next exception is found round the end', () => {
    const all = lines(points)
    expect(words(all.slice(nextException(all, 0, 1)).slice(0, 1))).toEqual(['Xã Chế Tạo'])
    expect(words(all.slice(nextException(all, 10, 1)).slice(0, 1))).toEqual(['Xã Chế Tạo'])
    expect(words(all.slice(nextException(all, 0, -1)).slice(0, 1))).toEqual(['Xã Mường Khương'])
    expect(nextException(lines(table(row('1', 'a'))), 0, 1)).toBe(-1)
  })
})

describe('calm', () => {
  const lost = table(row('1', 'a'), row('2', 'b', { presence: 'lost' }))
  const back = table(row('1', 'a'), row('2', 'b'))
  const before = settle(NEW, lost, 0, false)

  test('a point that recovers stays in its place for 10 s, marked as recovering', () => {
    const soon = settle(before, back, 1_000, false)
    expect(lines(back, ALL, soon)[1]).toMatchObject({ kind: 'point', recovering: true, row: { name: 'b' } })
    const later = settle(soon, back, 11_000, false)
    expect(words(lines(back, ALL, later))).toEqual(['# Lào Cai', 'a', 'b'])
  })

  test('nobody moves while a row is focused or under the pointer', () => {
    const soon = settle(before, back, 1_000, true)
    const held = settle(soon, back, 60_000, true)
    expect(words(lines(back, ALL, held))[1]).toBe('b')
    const worse = table(row('1', 'a', { presence: 'absent' }), row('2', 'b'))
    expect(words(lines(worse, ALL, settle(held, worse, 61_000, true)))[1]).toBe('b')
    expect(words(lines(worse, ALL, settle(held, worse, 62_000, false))).slice(1)).toEqual(['a', '-- 1', 'b'])
  })
})

test('what a person wrote down is stronger than what was measured', () => {
  expect(statusOf(row('1', 'a', { presence: 'absent', mark: { state: 'online' } }))).toBe('present')
  expect(statusOf(row('1', 'a', { presence: 'present', mark: { state: 'excused', reason: 'x' } }))).toBe('excused')
  expect(rankOf(row('1', 'a', { presence: 'not_yet' }))).toBe(NORMAL)
})

describe('a national briefing', () => {
  const national = new Map<string, PointRow>()
  for (let i = 0; i < 3_355; i += 1) {
    const group = String(i % 34)
    const presence = i % 37 === 0 ? 'absent' : i % 53 === 0 ? 'late' : 'present'
    national.set(`p${String(i)}`, row(`p${String(i)}`, `Xã số ${String(i)}`, { group, group_name: `Tỉnh ${group}`, presence }))
  }
  const order = nameOrder(national)

  test('every point is on the board once', () => {
    const all = boardLines(national, order, settle(NEW, national, 0, false), ALL)
    const points = all.flatMap((line) => (line.kind === 'point' ? [line.row.point] : []))
    expect(new Set(points).size).toBe(3_355)
    expect(points).toHaveLength(3_355)
    expect(all.filter((line) => line.kind === 'group')).toHaveLength(34)
  })

  test('the field of dots fits its band, with a cell for each point', () => {
    const sizes = order.groups.map((group) => group.points.length)
    for (const width of [1_338, 1_872]) {
      const field = layOut(sizes, width, 120)
      const ends = field.blocks.map((block) => block.x + block.width)
      expect(Math.max(...ends)).toBeLessThanOrEqual(width)
      expect(field.pitch).toBeGreaterThan(5)
      expect(field.blocks.map((block) => blockAt(field, block.x + 1))).toEqual([...sizes.keys()])
    }
  })
})
