import { expect, test } from 'vitest'
import { backoff, phaseOf } from './whep'

test('a screen comes back quickly at first, then every ten seconds, for ever', () => {
  expect([0, 1, 2, 3, 4, 50].map(backoff)).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000])
})

test('a revoked link stops the screen; a full one waits its turn; a failing server is tried again', () => {
  expect(phaseOf(201)).toBe('watching')
  expect(phaseOf(401)).toBe('refused')
  expect(phaseOf(429)).toBe('full')
  expect(phaseOf(500)).toBe('waiting')
})
