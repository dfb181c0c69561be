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
import { mustSetUp, sessionQuery } from './session'

interface Context {
  queryClient: QueryClient
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const day = (value: unknown): string | undefined =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
const scope = (value: unknown): 'don_vi' | undefined => (value === 'don_vi' ? value : undefined)

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
    if (account === null) return redirect({ to: '/dang-nhap', search: { tiep: location.href }, throw: true })
    if (mustSetUp(account) && location.pathname !== '/tai-khoan') redirect({ to: '/tai-khoan', throw: true })
  },
})

/** Pages with the navigation of the office. */
const office = createRoute({ getParentRoute: () => signedIn, id: 'office', component: OfficeLayout })

export const signInRoute = createRoute({
  getParentRoute: () => root,
  path: '/dang-nhap',
  validateSearch: (search: Record<string, unknown>): { tiep?: string | undefined } => ({ tiep: text(search.tiep) }),
  component: lazyRouteComponent(() => import('@/features/auth/SignInPage'), 'SignInPage'),
})

interface WeekSearch {
  tuan?: string | undefined
  phien?: string | undefined
  pham_vi?: 'don_vi' | undefined
}

const week = createRoute({
  getParentRoute: () => office,
  path: '/',
  validateSearch: (search: Record<string, unknown>): WeekSearch => ({
    tuan: day(search.tuan),
    phien: text(search.phien),
    pham_vi: scope(search.pham_vi),
  }),
  component: lazyRouteComponent(() => import('@/features/calendar/WeekPage'), 'WeekPage'),
})

interface ListSearch {
  ky?: 'da_hop' | undefined
  pham_vi?: 'don_vi' | undefined
}

const list = createRoute({
  getParentRoute: () => office,
  path: '/phien',
  validateSearch: (search: Record<string, unknown>): ListSearch => ({
    ky: search.ky === 'da_hop' ? 'da_hop' : undefined,
    pham_vi: scope(search.pham_vi),
  }),
  component: lazyRouteComponent(() => import('@/features/briefings/ListPage'), 'ListPage'),
})

const detail = createRoute({
  getParentRoute: () => office,
  path: '/phien/$id',
  component: lazyRouteComponent(() => import('@/features/briefings/DetailPage'), 'DetailPage'),
})

const plan = createRoute({
  getParentRoute: () => office,
  path: '/phien/tao',
  validateSearch: (search: Record<string, unknown>): { cap_tren?: string | undefined } => ({
    cap_tren: text(search.cap_tren),
  }),
  component: lazyRouteComponent(() => import('@/features/planning/CreatePage'), 'CreatePage'),
})

const edit = createRoute({
  getParentRoute: () => office,
  path: '/phien/$id/sua',
  component: lazyRouteComponent(() => import('@/features/planning/EditPage'), 'EditPage'),
})

const attendance = createRoute({
  getParentRoute: () => office,
  path: '/phien/$id/diem-danh',
  component: lazyRouteComponent(() => import('@/features/attendance/AttendancePage'), 'AttendancePage'),
})

const points = createRoute({
  getParentRoute: () => office,
  path: '/diem-cau',
  validateSearch: (search: Record<string, unknown>): { don_vi?: string | undefined } => ({
    don_vi: text(search.don_vi),
  }),
  component: lazyRouteComponent(() => import('@/features/points/PointsPage'), 'PointsPage'),
})

const people = createRoute({
  getParentRoute: () => office,
  path: '/nguoi-dung',
  validateSearch: (search: Record<string, unknown>): { don_vi?: string | undefined } => ({
    don_vi: text(search.don_vi),
  }),
  component: lazyRouteComponent(() => import('@/features/people/PeoplePage'), 'PeoplePage'),
})

const audit = createRoute({
  getParentRoute: () => office,
  path: '/nhat-ky',
  component: lazyRouteComponent(() => import('@/features/audit/AuditPage'), 'AuditPage'),
})

const ownAccount = createRoute({
  getParentRoute: () => office,
  path: '/tai-khoan',
  component: lazyRouteComponent(() => import('@/features/account/AccountPage'), 'AccountPage'),
})

const lobby = createRoute({
  getParentRoute: () => signedIn,
  path: '/phien/$id/phong-cho',
  component: lazyRouteComponent(() => import('@/features/lobby/LobbyPage'), 'LobbyPage'),
})

const room = createRoute({
  getParentRoute: () => signedIn,
  path: '/phien/$id/hop',
  component: lazyRouteComponent(() => import('@/features/room/RoomPage'), 'RoomPage'),
})

/** A screen that only watches: the link itself is the permission, so nobody signs in. */
const watch = createRoute({
  getParentRoute: () => root,
  path: '/xem/$token',
  validateSearch: (search: Record<string, unknown>): { phien?: string | undefined } => ({ phien: text(search.phien) }),
  component: lazyRouteComponent(() => import('@/features/watch/WatchPage'), 'WatchPage'),
})

const routeTree = root.addChildren([
  signInRoute,
  watch,
  signedIn.addChildren([
    office.addChildren([week, list, plan, detail, edit, attendance, points, people, audit, ownAccount]),
    lobby,
    room,
  ]),
])

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
