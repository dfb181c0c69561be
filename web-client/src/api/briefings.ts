import { apiUrl, page, request } from './http'
import type {
  Briefing,
  BriefingDraft,
  BriefingState,
  BriefingSummary,
  InvitedPoint,
  JoinAnswer,
  WatchLink,
  WatchLinkLine,
} from './types'

export interface BriefingFilter {
  state?: BriefingState
  from?: string
  to?: string
  unit?: string
  mine?: boolean
  limit?: number
  cursor?: string | null
}

const at = (id: string) => `briefings/${encodeURIComponent(id)}`

export const listBriefings = (filter: BriefingFilter) => page<BriefingSummary>('briefings', { query: { ...filter } })
export const getBriefing = (id: string) => request<Briefing>(at(id))
export const createBriefing = (draft: BriefingDraft) => request<Briefing>('briefings', { method: 'POST', body: draft })
export const createChild = (parent: string, draft: BriefingDraft) =>
  request<Briefing>(`${at(parent)}/children`, { method: 'POST', body: draft })
export const updateBriefing = (id: string, draft: BriefingDraft & { revision: number }, series: boolean) =>
  request<Briefing>(at(id), { method: 'PUT', body: draft, query: series ? { scope: 'series' } : {} })
export const cancelBriefing = (id: string, reason: string) =>
  request<Briefing>(`${at(id)}/cancel`, { method: 'POST', body: { reason } })
export const joinBriefing = (id: string, device: 'browser' | 'room' = 'browser') =>
  request<JoinAnswer>(`${at(id)}/join`, { method: 'POST', body: { device } })
export const invitedPoints = (id: string, query: { q?: string; limit?: number; cursor?: string | null }) =>
  page<InvitedPoint>(`${at(id)}/points`, { query })
export const createWatchLink = (id: string, max_watchers: number) =>
  request<WatchLink>(`${at(id)}/watch-links`, { method: 'POST', body: { max_watchers } })
export const listWatchLinks = (id: string) => page<WatchLinkLine>(`${at(id)}/watch-links`)
export const revokeWatchLink = (id: string, link: string) =>
  request<undefined>(`${at(id)}/watch-links/${encodeURIComponent(link)}`, { method: 'DELETE' })

export const invitationUrl = (id: string) => apiUrl(`${at(id)}/invitation.ics`)
/** The whole ledger, to be verified anywhere with `giaoban ledger verify`. */
export const ledgerUrl = (id: string) => apiUrl(`${at(id)}/ledger.jsonl`)
export const attendanceUrl = (id: string, format: 'csv' | 'xlsx' | 'pdf') => apiUrl(`${at(id)}/attendance.${format}`)
