import { expect, test } from 'vitest'
import { en, vi } from './resources'

function keys(node: object, prefix = ''): string[] {
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null ? keys(value as object, `${prefix}${name}.`) : [prefix + name],
  )
}

test('English is a full locale: it has exactly the keys of Vietnamese', () => {
  expect(keys(en).sort()).toEqual(keys(vi).sort())
})

test('no sentence is empty, apologises or shouts', () => {
  const texts = JSON.stringify([vi, en])
  expect(texts).not.toContain(':""')
  expect(texts).not.toMatch(/!"/)
  expect(JSON.stringify(vi).toLowerCase()).not.toContain('vui lòng')
})
