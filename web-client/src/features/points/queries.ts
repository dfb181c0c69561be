import { infiniteQueryOptions } from '@tanstack/react-query'
import { listPoints } from '@/api/units'

export const POINTS = ['points', 'list'] as const

export const pointsQuery = (unit: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...POINTS, unit, q],
    queryFn: ({ pageParam }) => listPoints({ unit, subtree: true, q, limit: 100, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
