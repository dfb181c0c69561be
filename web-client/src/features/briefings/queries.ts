import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { type BriefingFilter, getBriefing, invitedPoints, listBriefings } from '@/api/briefings'

/** All queries about briefings start with this key, so that one invalidation refreshes every page. */
export const BRIEFINGS = ['briefings'] as const

export const briefingQuery = (id: string) =>
  queryOptions({ queryKey: [...BRIEFINGS, 'one', id], queryFn: () => getBriefing(id), refetchInterval: 30_000 })

export const weekQuery = (from: string, to: string, mine: boolean) =>
  queryOptions({
    queryKey: [...BRIEFINGS, 'week', from, mine],
    queryFn: () => listBriefings({ from, to, ...(mine ? { mine } : {}), limit: 500 }),
    refetchInterval: 30_000,
  })

export const pagesQuery = (filter: Omit<BriefingFilter, 'cursor'>) =>
  infiniteQueryOptions({
    queryKey: [...BRIEFINGS, 'list', filter],
    queryFn: ({ pageParam }) => listBriefings({ ...filter, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })

export const invitedQuery = (id: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...BRIEFINGS, 'points', id, q],
    queryFn: ({ pageParam }) => invitedPoints(id, { q, limit: 24, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
