import { expect, test } from 'vitest'
import { safeNext } from './next'

test('after sign-in one comes back to the page one wanted', () => {
  expect(safeNext('/phien/1/phong-cho?x=1')).toBe('/phien/1/phong-cho?x=1')
  expect(safeNext(undefined)).toBe('/')
})

test.each(['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:alert(1)', '/dang-nhap?tiep=/'])(
  'a link cannot send anybody elsewhere: %s',
  (next) => expect(safeNext(next)).toBe('/'),
)
