import { queryOptions, useQuery, useSuspenseQuery } from '@tanstack/react-query'
import { about, me } from '@/api/auth'
import { ApiError } from '@/api/problem'
import type { Account } from '@/api/types'

/** Null when nobody is signed in. */
export const sessionQuery = queryOptions({
  queryKey: ['me'],
  queryFn: async (): Promise<Account | null> => {
    try {
      return await me()
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return null
      throw error
    }
  },
  staleTime: 5 * 60_000,
})

/** The second factor that a role of the account requires is missing. */
export const lacksSecondFactor = (account: Account): boolean => account.second_factor_required && !account.second_factor

/** Nothing but the own account answers until a password is chosen and the second factor set up. */
export const mustSetUp = (account: Account): boolean => account.temporary_password || lacksSecondFactor(account)

export const aboutQuery = queryOptions({ queryKey: ['about'], queryFn: about, staleTime: 10 * 60_000 })

/** The account signed in. Only for pages under the signed-in routes, which have loaded it. */
export function useAccount(): Account {
  const { data } = useSuspenseQuery(sessionQuery)
  if (data === null) throw new Error('signed-in page without a session')
  return data
}

export const useAbout = () => useQuery(aboutQuery)
