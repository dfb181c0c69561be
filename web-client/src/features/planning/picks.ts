import type { Unit } from '@/api/types'
import type { Pick } from './form'

/** Parent codes of all units seen so far; what lies above a unit decides whether a subtree covers it. */
export type Parents = ReadonlyMap<string, string | null>

export function withParents(known: Parents, units: Unit[]): Parents {
  const next = new Map(known)
  for (const unit of units) next.set(unit.code, unit.parent_code)
  return next
}

export function isUnder(code: string, ancestor: string, parents: Parents): boolean {
  let at = parents.get(code) ?? null
  for (let steps = 0; at !== null && steps < 16; steps++) {
    if (at === ancestor) return true
    at = parents.get(at) ?? null
  }
  return false
}

/** How a unit stands: picked itself, picked with everything below, inside a picked subtree, or not at all. */
export type Standing = 'none' | 'unit' | 'subtree' | 'covered'

export function standing(code: string, picks: Pick[], parents: Parents): Standing {
  let found: Standing = 'none'
  for (const pick of picks) {
    if (pick.kind === 'point') continue
    if (pick.code === code) {
      if (pick.kind === 'subtree') return 'subtree'
      found = 'unit'
    } else if (pick.kind === 'subtree' && pick.tiers.length === 0 && isUnder(code, pick.code, parents)) {
      return 'covered'
    }
  }
  return found
}

export function toggleUnit(unit: Unit, within: string, picks: Pick[], parents: Parents): Pick[] {
  const now = standing(unit.code, picks, parents)
  if (now === 'covered' || now === 'subtree') return picks
  if (now === 'unit') return picks.filter((p) => !(p.kind === 'unit' && p.code === unit.code))
  return [...picks, { kind: 'unit', code: unit.code, name: unit.name, within }]
}

/** Picks everything under a unit with one press; what it covers already leaves the list. */
export function toggleSubtree(unit: Unit, within: string, picks: Pick[], parents: Parents): Pick[] {
  const now = standing(unit.code, picks, parents)
  if (now === 'covered') return picks
  if (now === 'subtree') return picks.filter((p) => !(p.kind === 'subtree' && p.code === unit.code))
  const kept = picks.filter((p) => p.kind === 'point' || (p.code !== unit.code && !isUnder(p.code, unit.code, parents)))
  return [...kept, { kind: 'subtree', code: unit.code, name: unit.name, within, tiers: [] }]
}

export function pickKey(pick: Pick): string {
  return pick.kind === 'point' ? `point:${pick.id}` : `${pick.kind}:${pick.code}`
}
