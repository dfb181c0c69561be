import { call, page, request } from './http'
import type { AccountSummary, Point, PointDraft, Tier, Unit, UnitDetail } from './types'

export interface UnitFilter {
  parent?: string
  tier?: Tier
  q?: string
  at?: string
  limit?: number
  cursor?: string | null
}

export const listUnits = (filter: UnitFilter) => page<Unit>('units', { query: { ...filter } })
export const getUnit = (code: string) => request<UnitDetail>(`units/${encodeURIComponent(code)}`)

export interface PointFilter {
  unit?: string
  subtree?: boolean
  q?: string
  limit?: number
  cursor?: string | null
}

export const listPoints = (filter: PointFilter) => page<Point>('points', { query: { ...filter } })
export const createPoint = (draft: PointDraft) => request<Point>('points', { method: 'POST', body: draft })
export const updatePoint = (id: string, draft: Partial<PointDraft>) =>
  request<Point>(`points/${encodeURIComponent(id)}`, { method: 'PATCH', body: draft })

/** How many points a unit has, itself and everything under it. */
export async function countPoints(unit: string, subtree: boolean): Promise<number> {
  const response = await call('points', { query: { unit, subtree, limit: 1 } })
  return Number(response.headers.get('X-Total-Count') ?? 0)
}

export const searchAccounts = (q: string) => page<AccountSummary>('accounts', { query: { q, limit: 20 } })
