import { request } from './http'
import type { About, Account, Locale } from './types'

export const about = () => request<About>('about')
export const me = () => request<Account>('auth/me')
/** `code` is of the authenticator, or a recovery code, for an account with a second factor. */
export const login = (username: string, password: string, code: string | null) =>
  request<{ token: string; account: Account }>('auth/login', { method: 'POST', body: { username, password, code } })
export const logout = () => request<undefined>('auth/logout', { method: 'POST' })
export const setLocale = (locale: Locale) => request<Account>('auth/me', { method: 'PATCH', body: { locale } })
