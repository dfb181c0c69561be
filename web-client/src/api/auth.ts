import { request } from './http'
import type { About, Account, Locale } from './types'

export const about = () => request<About>('about')
export const me = () => request<Account>('auth/me')
export const login = (username: string, password: string) =>
  request<{ token: string; account: Account }>('auth/login', { method: 'POST', body: { username, password } })
export const logout = () => request<undefined>('auth/logout', { method: 'POST' })
export const setLocale = (locale: Locale) => request<Account>('auth/me', { method: 'PATCH', body: { locale } })
