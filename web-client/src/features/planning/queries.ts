import { queryOptions } from '@tanstack/react-query'
import { invitedPoints } from '@/api/briefings'
import type { InvitedPoint, Unit } from '@/api/types'
import { countPoints, getUnit, listUnits, searchAccounts } from '@/api/units'
import type { Pick } from './form'

const HOUR = 3_600_000

export const unitQuery = (code: string) =>
  queryOptions({ queryKey: ['units', 'one', code], queryFn: () => getUnit(code), staleTime: HOUR })

export const childUnitsQuery = (parent: string) =>
  queryOptions({
    queryKey: ['units', 'children', parent],
    queryFn: async (): Promise<Unit[]> => (await listUnits({ parent, limit: 500 })).items,
    staleTime: HOUR,
  })

export const unitSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ['units', 'search', q],
    queryFn: async () => (await listUnits({ q, limit: 30 })).items,
    enabled: q !== '',
    staleTime: HOUR,
  })

export const peopleQuery = (q: string) =>
  queryOptions({ queryKey: ['accounts', q], queryFn: async () => (await searchAccounts(q)).items, staleTime: 60_000 })

/** How many points a pick brings. A subtree limited to some levels is counted by its units of those levels. */
export const pickCountQuery = (pick: Pick) =>
  queryOptions({
    queryKey: [
      'points',
      'count',
      pick.kind,
      pick.kind === 'point' ? pick.id : pick.code,
      pick.kind === 'subtree' ? pick.tiers : [],
    ],
    queryFn: async (): Promise<number> => {
      if (pick.kind === 'point') return 1
      if (pick.kind === 'unit') return countPoints(pick.code, false)
      if (pick.tiers.length === 0) return countPoints(pick.code, true)
      const unit = await getUnit(pick.code)
      const totals = await Promise.all(
        pick.tiers.map(async (tier) =>
          unit.parent_code === null
            ? (await listUnits({ tier, limit: 1 })).total
            : (await listUnits({ tier, parent: pick.code, limit: 1 })).total,
        ),
      )
      return totals.reduce((sum, n) => sum + n, 0)
    },
    staleTime: HOUR,
    enabled: pick.kind !== 'point',
  })

/** Every invited point, page after page: editing must send the whole list back. */
export async function allInvited(id: string): Promise<InvitedPoint[]> {
  const points: InvitedPoint[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof invitedPoints>> = await invitedPoints(id, { limit: 500, cursor })
    points.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return points
}
