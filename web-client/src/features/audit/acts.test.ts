import { describe, expect, it } from 'vitest'
import { isAct, readable } from './acts'

describe('an act', () => {
  it('shows names and numbers, and no ids', () => {
    const detail = '{"briefing":"0199c1f0-0000-7000-8000-000000000001","title":"Giao ban tháng 11","max_watchers":3}'
    expect(readable(detail)).toBe('Giao ban tháng 11, 3')
    expect(readable('{}')).toBe('')
  })

  it('of a newer server is not one that this page has words for', () => {
    expect(isAct('signed_in')).toBe(true)
    expect(isAct('moon_landed')).toBe(false)
  })
})
