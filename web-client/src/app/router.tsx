import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import type { QueryClient } from '@tanstack/react-query'
import { NoticeRegion } from '@/ui'
import { ErrorPage, NotFoundPage } from './ErrorPage'
import { OfficeLayout } from './OfficeLayout'
import { queryClient } from './query'
import { sessionQuery } from './session'

interface Context {
  queryClient: QueryClient
}

const root = createRootRouteWithContext<Context>()({
  component: () => (
    <>
      <Outlet />
      <NoticeRegion />
    </>
  ),
  notFoundComponent: NotFoundPage,
})

/** Everything that needs an account. Nothing about any briefing shows before sign-in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ context, location }) => {
    const account = await context.queryClient.query(sessionQuery)
    if (account === null) redirect({ to: '/dang-nhap', search: { tiep: location.href }, throw: true })
  },
})

/** Pages with the navigation of the office. */
const office = createRoute({ getParentRoute: () => signedIn, id: 'office', component: OfficeLayout })

export const signInRoute = createRoute({
  getParentRoute: () => root,
  path: '/dang-nhap',
  validateSearch: (search: Record<string, unknown>): { tiep?: string } =>
    typeof search.tiep === 'string' ? { tiep: search.tiep } : {},
  component: lazyRouteComponent(() => import('@/features/auth/SignInPage'), 'SignInPage'),
})

const week = createRoute({
  getParentRoute: () => office,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/calendar/WeekPage'), 'WeekPage'),
})

const room = createRoute({
  getParentRoute: () => signedIn,
  path: '/phien/$id/hop',
  component: lazyRouteComponent(() => import('@/features/room/RoomPage'), 'RoomPage'),
})

const routeTree = root.addChildren([signInRoute, signedIn.addChildren([office.addChildren([week]), room])])

export const router = createRouter({
  routeTree,
  context: { queryClient },
  defaultErrorComponent: ErrorPage,
  defaultPreload: 'intent',
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
