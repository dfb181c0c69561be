import { request } from './http'
import type { About, Account, Locale } from './types'

export const about = () => request<About>('about')
export const me = () => request<Account>('auth/me')
/** `code` is of the authenticator, or a recovery code, for an account with a second factor. */
export const login = (username: string, password: string, code: string | null) =>
  request<{ token: string; account: Account }>('auth/login', { method: 'POST', body: { username, password, code } })
export const logout = () => request<undefined>('auth/logout', { method: 'POST' })
/** Ends every sign-in of the account, this one too. */
export const logoutEverywhere = () => request<undefined>('auth/logout-everywhere', { method: 'POST' })
export const changePassword = (current_password: string, new_password: string) =>
  request<undefined>('auth/password', { method: 'POST', body: { current_password, new_password } })
/** What an authenticator needs; nothing changes until it is confirmed. */
export const beginTotp = (password: string) =>
  request<{ secret: string; uri: string; qr_svg: string }>('auth/totp', { method: 'POST', body: { password } })
export const confirmTotp = (code: string) =>
  request<{ recovery_codes: string[] }>('auth/totp/confirm', { method: 'POST', body: { code } })
export const disableTotp = (password: string, code: string) =>
  request<undefined>('auth/totp/disable', { method: 'POST', body: { password, code } })
export const setLocale = (locale: Locale) => request<Account>('auth/me', { method: 'PATCH', body: { locale } })
