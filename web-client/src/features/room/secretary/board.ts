import type { PointRow } from '@/protocol/generated'
import { folded } from '../fold'
import { isHere, NORMAL, passes, rankOf, severityOf, type Filter } from './status'

/** One line of the board. Every line has the same height, so that a line's place is a multiplication. */
export type Line =
  | { kind: 'group'; group: GroupSummary; open: boolean }
  | { kind: 'point'; row: PointRow; recovering: boolean }
  /** Between the exceptions and the rest. */
  | { kind: 'rest'; group: string; count: number }

export interface GroupSummary {
  code: string
  name: string
  total: number
  here: number
  attention: number
  bad: number
  warn: number
}

/** The order of names, worked out once for a set of points: comparing Vietnamese names 40,000 times a second is too slow. */
export interface NameOrder {
  /** In alphabetical order. */
  groups: Group[]
  size: number
}

export interface Group {
  code: string
  name: string
  /** In no order: what only counts or paints needs none. */
  points: readonly string[]
  /** The group's own office first, then by name. Sorted when it is first asked for, which for a folded group is never. */
  sorted: () => readonly string[]
}

const collator = new Intl.Collator('vi')

export function nameOrder(points: ReadonlyMap<string, PointRow>): NameOrder {
  const groups = new Map<string, { code: string; name: string; rows: PointRow[] }>()
  for (const row of points.values()) {
    const group = groups.get(row.group)
    if (group) group.rows.push(row)
    else groups.set(row.group, { code: row.group, name: row.group_name, rows: [row] })
  }
  const sorted = [...groups.values()].sort((a, b) => collator.compare(a.name, b.name))
  return {
    size: points.size,
    groups: sorted.map(({ code, name, rows }) => {
      let byName: string[] | null = null
      return {
        code,
        name,
        points: rows.map((row) => row.point),
        sorted: () => (byName ??= inOrder(code, rows)),
      }
    }),
  }
}

function inOrder(group: string, rows: readonly PointRow[]): string[] {
  const own = (row: PointRow) => Number(row.unit === group)
  return rows
    .toSorted((a, b) => own(b) - own(a) || collator.compare(a.name, b.name))
    .map((row) => row.point)
}

/** The rank that each point is shown at, which may lag behind its true rank. */
export type Settled = ReadonlyMap<string, { rank: number; recoveredAt: number | null }>

const RECOVERED_STAYS_MS = 10_000

/**
 * A point that recovers keeps its place for 10 s. While `frozen` (a row is focused or under the pointer) nobody moves;
 * the rows' words still change.
 */
export function settle(before: Settled, points: ReadonlyMap<string, PointRow>, now: number, frozen: boolean): Settled {
  const after = new Map<string, { rank: number; recoveredAt: number | null }>()
  for (const [point, row] of points) {
    const rank = rankOf(row)
    const old = before.get(point)
    if (old === undefined || old.rank === rank) {
      after.set(point, old?.recoveredAt === null ? old : { rank, recoveredAt: null })
    } else if (rank === NORMAL) {
      const recoveredAt = old.recoveredAt ?? now
      const moves = !frozen && now - recoveredAt >= RECOVERED_STAYS_MS
      after.set(point, moves ? { rank, recoveredAt: null } : { rank: old.rank, recoveredAt })
    } else {
      after.set(point, frozen ? { rank: old.rank, recoveredAt: null } : { rank, recoveredAt: null })
    }
  }
  return after
}

export interface BoardWish {
  filter: Filter | null
  search: string
  /** Groups that are folded. */
  closed: ReadonlySet<string>
}

/** Group, its exceptions (worst first), then the rest by name. */
export function boardLines(
  points: ReadonlyMap<string, PointRow>,
  order: NameOrder,
  settled: Settled,
  wish: BoardWish,
): Line[] {
  const wanted = folded(wish.search.trim())
  const searching = wanted !== '' || wish.filter !== null
  const lines: Line[] = []
  for (const group of order.groups) {
    const open = searching ? !wish.closed.has(`found:${group.code}`) : !wish.closed.has(group.code)
    const rows: PointRow[] = []
    for (const point of open ? group.sorted() : group.points) {
      const row = points.get(point)
      if (row) rows.push(row)
    }
    const shown = searching ? rows.filter((row) => passes(row, wish.filter) && matches(row, wanted)) : rows
    if (searching && shown.length === 0) continue
    lines.push({ kind: 'group', group: summaryOf(group, rows), open })
    if (!open) continue
    const rankAt = (row: PointRow) => settled.get(row.point)?.rank ?? NORMAL
    const exceptions = shown.filter((row) => rankAt(row) !== NORMAL).sort((a, b) => rankAt(a) - rankAt(b))
    const rest = shown.filter((row) => rankAt(row) === NORMAL)
    for (const row of exceptions)
      lines.push({ kind: 'point', row, recovering: settled.get(row.point)?.recoveredAt != null })
    if (exceptions.length > 0 && rest.length > 0) lines.push({ kind: 'rest', group: group.code, count: rest.length })
    for (const row of rest) lines.push({ kind: 'point', row, recovering: false })
  }
  return lines
}

function matches(row: PointRow, wanted: string): boolean {
  if (wanted === '') return true
  return foldedRow(row).includes(wanted)
}

const foldedRows = new WeakMap<PointRow, string>()

/** A row object never changes, a changed row is a new object. */
function foldedRow(row: PointRow): string {
  const known = foldedRows.get(row)
  if (known !== undefined) return known
  const text = folded(`${row.name} ${row.group_name} ${row.representative?.name ?? ''}`)
  foldedRows.set(row, text)
  return text
}

function summaryOf(group: { code: string; name: string }, rows: readonly PointRow[]): GroupSummary {
  let here = 0
  let bad = 0
  let warn = 0
  for (const row of rows) {
    if (isHere(row)) here += 1
    const severity = severityOf(row)
    if (severity === 'bad') bad += 1
    if (severity === 'warn') warn += 1
  }
  return { code: group.code, name: group.name, total: rows.length, here, attention: bad + warn, bad, warn }
}

export function lineKey(line: Line): string {
  return line.kind === 'group' ? `g:${line.group.code}` : line.kind === 'point' ? line.row.point : `r:${line.group}`
}

/** The next line after (or before) `from` that needs attention, round the end; -1 when there is none. */
export function nextException(lines: readonly Line[], from: number, step: 1 | -1): number {
  for (let i = 1; i <= lines.length; i += 1) {
    const at = (((from + step * i) % lines.length) + lines.length) % lines.length
    const line = lines[at]
    if (line?.kind === 'point' && rankOf(line.row) !== NORMAL) return at
  }
  return -1
}
