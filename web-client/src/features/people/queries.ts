import { infiniteQueryOptions } from '@tanstack/react-query'
import { listManaged } from '@/api/accounts'

export const PEOPLE = ['people'] as const

export const peopleQuery = (unit: string, q: string) =>
  infiniteQueryOptions({
    queryKey: [...PEOPLE, unit, q],
    queryFn: ({ pageParam }) => listManaged({ unit, q, limit: 50, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
