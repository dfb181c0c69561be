import { page, request } from './http'
import type { ManagedAccount, NewAccount } from './types'

export interface ManagedFilter {
  unit: string
  q?: string
  limit?: number
  cursor?: string | null
}

const of = (id: string) => `managed-accounts/${encodeURIComponent(id)}`

/** Accounts of a unit and everything below it, for whoever administers it. */
export const listManaged = (filter: ManagedFilter) => page<ManagedAccount>('managed-accounts', { query: { ...filter } })
/** The password is shown this once. */
export const addAccount = (draft: NewAccount) =>
  request<{ account: ManagedAccount; password: string }>('managed-accounts', { method: 'POST', body: draft })
export const lockAccount = (id: string, locked: boolean) =>
  request<ManagedAccount>(of(id), { method: 'PATCH', body: { locked } })
/** The password is shown this once; the old one, and whatever it opened, ends. */
export const resetPassword = (id: string) => request<{ password: string }>(`${of(id)}/password`, { method: 'POST' })
export const takeTotpOff = (id: string) => request<undefined>(`${of(id)}/totp-off`, { method: 'POST' })
