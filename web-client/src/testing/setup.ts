import { cleanup } from '@testing-library/react'
import { afterEach } from 'vitest'

// A test of the engine alone runs in Node without a page.
if (typeof document !== 'undefined') {
  await import('@/i18n')
  afterEach(cleanup)
}
