import i18n from '@/i18n'
import { ApiError, problemOf } from './problem'

export type Query = Record<string, string | number | boolean | null | undefined>

export interface Options {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  query?: Query
  body?: unknown
  signal?: AbortSignal
}

const BASE = '/api/v1/'

export function apiUrl(path: string, query: Query = {}): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') params.set(key, String(value))
  }
  const tail = params.toString()
  return BASE + path + (tail === '' ? '' : `?${tail}`)
}

/** The answer itself, for callers that need headers; throws ApiError unless 2xx. */
export async function call(path: string, { method = 'GET', query, body, signal }: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': i18n.language }
  // The server refuses unsafe methods by cookie without it: a foreign page cannot set it.
  if (method !== 'GET') headers['X-Giaoban'] = '1'
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  let response: Response
  try {
    response = await fetch(apiUrl(path, query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    throw new ApiError({ title: 'unreachable', status: 0, code: 'unreachable' })
  }
  if (!response.ok) {
    const retry = Number(response.headers.get('Retry-After') ?? Number.NaN)
    throw new ApiError(await problemOf(response), Number.isFinite(retry) ? retry : null)
  }
  return response
}

/** The JSON body of a 2xx answer; undefined for 204. */
export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const response = await call(path, options)
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}

export interface Page<T> {
  items: T[]
  next: string | null
  total: number
}

/** One page of a list, with its total from X-Total-Count. */
export async function page<T>(path: string, options: Options = {}): Promise<Page<T>> {
  const response = await call(path, options)
  const body = (await response.json()) as { items: T[]; next?: string | null }
  const total = Number(response.headers.get('X-Total-Count') ?? body.items.length)
  return { items: body.items, next: body.next ?? null, total: Number.isFinite(total) ? total : body.items.length }
}
