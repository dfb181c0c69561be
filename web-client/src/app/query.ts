import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/api/problem'

/** One client for the whole page. Refusals are not retried: asking again does not change the answer. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // The session ended on the server: forget it, so that the router asks to sign in again.
      if (error instanceof ApiError && error.status === 401) queryClient.setQueryData(['me'], null)
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status > 0 && error.status < 500),
    },
    mutations: { retry: false },
  },
})
