import { afterEach, expect, test, vi } from 'vitest'
import i18n from '@/i18n'
import { page, request } from './http'
import { ApiError, fieldErrors, problemCode, problemText } from './problem'

afterEach(() => vi.unstubAllGlobals())

const t = i18n.getFixedT('vi', 'common')

function answer(status: number, body: string, headers: Record<string, string> = {}) {
  const seen: Request[] = []
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    seen.push(new Request(new URL(url, 'http://localhost'), init))
    return Promise.resolve(new Response(status === 204 ? null : body, { status, headers }))
  })
  return seen
}

test('a refusal keeps its stable code, its sentence and its fields', async () => {
  answer(
    422,
    JSON.stringify({
      code: 'invalid_fields',
      title: 'x',
      status: 422,
      detail: 'Có mục chưa đúng.',
      fields: [{ field: 'title', code: 'taken', message: 'Tên đã dùng.' }],
    }),
  )
  const error: unknown = await request('briefings', { method: 'POST', body: {} }).catch((e: unknown) => e)
  expect(problemCode(error)).toBe('invalid_fields')
  expect(problemText(error, t)).toBe('Có mục chưa đúng.')
  expect(fieldErrors(error)).toEqual({ title: 'Tên đã dùng.' })
})

test('an answer without a problem document still becomes a clear sentence', async () => {
  answer(502, '<html>Bad gateway</html>', { 'Retry-After': '30' })
  const error = await request('briefings').catch((e: unknown) => e)
  expect(error).toBeInstanceOf(ApiError)
  expect((error as ApiError).retryAfter).toBe(30)
  expect(problemText(error, t)).toContain('gọi trực kỹ thuật')
})

test('no answer at all says so, and what to check', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const error: unknown = await request('about').catch((e: unknown) => e)
  expect(problemCode(error)).toBe('unreachable')
  expect(problemText(error, t)).toContain('Không tới được máy chủ')
})

test('changing something carries the header that no foreign page can set; reading does not need it', async () => {
  const seen = answer(204, '')
  await request('auth/logout', { method: 'POST' })
  await request('auth/me')
  expect(seen.map((r) => r.headers.get('X-Giaoban'))).toEqual(['1', null])
  expect(seen[0]?.headers.get('Accept-Language')).toBe('vi')
})

test('a page knows its total even when it shows only a part', async () => {
  answer(200, JSON.stringify({ items: [1, 2], next: 'abc' }), { 'X-Total-Count': '3355' })
  expect(await page('points')).toEqual({ items: [1, 2], next: 'abc', total: 3355 })
})
