import { describe, expect, test } from 'vitest'
import { account, briefing, invitedPoint, unit } from '@/testing/samples'
import { changeOf, childForm, draftOf, emptyForm, formOf, moveRow, type PlanForm } from './form'
import { isUnder, standing, toggleSubtree, toggleUnit, withParents } from './picks'
import { occurrences, validate } from './validate'

const now = new Date('2026-11-24T02:00:00Z')
const person = { id: 'account-2', display_name: 'Đỗ Quang Minh', title: 'Phó Chủ tịch' }

function good(change: Partial<PlanForm> = {}): PlanForm {
  return {
    ...emptyForm(account, now),
    title: 'Giao ban',
    chair: person,
    picks: [{ kind: 'subtree', code: '15', name: 'Tỉnh Lào Cai', within: '', tiers: [] }],
    ...change,
  }
}

describe('validation', () => {
  test('a new form proposes the next full hour, the own unit and oneself as secretary', () => {
    expect(emptyForm(account, now)).toMatchObject({
      day: '2026-11-24',
      from: '10:00',
      to: '11:30',
      hostUnit: { code: '15' },
      secretary: { id: account.id },
    })
    expect(emptyForm(account, new Date('2026-11-24T10:30:00Z'))).toMatchObject({ day: '2026-11-25', from: '08:00' })
  })

  test('a complete form has no errors', () => expect(validate(good(), now, false)).toEqual({}))

  test('every missing thing is named by the field the server would name', () => {
    const errors = validate(
      good({
        title: ' ',
        chair: null,
        picks: [],
        agenda: [{ key: 'a', id: null, title: '', minutes: 5, presenter: '' }],
      }),
      now,
      false,
    )
    expect(errors).toEqual({
      title: 'title_missing',
      chair_id: 'chair_missing',
      invite: 'invite_missing',
      'agenda.0.title': 'agenda_title_missing',
    })
  })

  test('an end before the start, and a time that has passed', () => {
    expect(validate(good({ from: '10:00', to: '09:00' }), now, false).ends_at).toBe('to_before_from')
    expect(validate(good({ day: '2026-11-23' }), now, false).day).toBe('past')
    expect(validate(good({ day: '2026-11-23' }), now, true).day).toBeUndefined()
  })

  test('a series ends after its first day and within a year', () => {
    expect(validate(good({ weekly: true }), now, false)['repeat.until']).toBe('until_missing')
    expect(validate(good({ weekly: true, until: '2026-11-24' }), now, false)['repeat.until']).toBe('until_before')
    expect(validate(good({ weekly: true, until: '2028-01-01' }), now, false)['repeat.until']).toBe('until_far')
    expect(occurrences('2026-11-24', '2026-12-22')).toBe(5)
  })
})

describe('what is sent', () => {
  test('times in UTC, minutes as seconds, empty presenters left out', () => {
    const draft = draftOf(
      good({
        day: '2026-11-26',
        from: '08:00',
        to: '09:30',
        agenda: [{ key: 'a', id: null, title: ' Khai mạc ', minutes: 10, presenter: ' ' }],
      }),
    )
    expect(draft).toMatchObject({
      starts_at: '2026-11-26T01:00:00.000Z',
      ends_at: '2026-11-26T02:30:00.000Z',
      floor_limit_seconds: 300,
      agenda: [{ title: 'Khai mạc', minutes: 10 }],
      invite: [{ unit_code: '15', subtree: true }],
    })
    expect(draft).not.toHaveProperty('repeat')
  })

  test('no limit is null, and a limited subtree names its levels', () => {
    const draft = draftOf(
      good({ floorMinutes: 0, picks: [{ kind: 'subtree', code: 'TW', name: '', within: '', tiers: ['province'] }] }),
    )
    expect(draft.floor_limit_seconds).toBeNull()
    expect(draft.invite).toEqual([{ unit_code: 'TW', subtree: true, tiers: ['province'] }])
  })

  test('a change keeps the agenda items it did not touch, and the invitation it did not touch', () => {
    const form = formOf(briefing(), [invitedPoint])
    const change = changeOf({ ...form, title: 'Khác' }, form, 3)
    expect(change).toMatchObject({ title: 'Khác', revision: 3, agenda: [{ id: 'item-1' }] })
    expect(change).not.toHaveProperty('invite')
    expect(changeOf({ ...form, picks: [] }, form, 3).invite).toEqual([])
  })

  test('a second secretary is kept as one of the people', () => {
    const people = [
      { account_id: account.id, display_name: '', title: '', role: 'secretary' as const },
      { account_id: 'other', display_name: 'Lê A', title: '', role: 'secretary' as const },
    ]
    expect(formOf(briefing({ participants: people }), []).people.map((p) => p.person.id)).toEqual(['other'])
  })

  test('a child starts at its parent’s time, under the own unit', () => {
    expect(childForm(account, briefing({ id: 'parent', host: { code: 'TW', name: 'Trung ương' } }), now)).toMatchObject(
      {
        parentId: 'parent',
        day: '2026-11-26',
        from: '08:00',
        hostUnit: { code: '15' },
      },
    )
  })
})

test('agenda rows move one place and stay within the list', () => {
  expect(moveRow(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b'])
  expect(moveRow(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
})

describe('picking from the tree', () => {
  const country = unit('TW', null, { tier: 'central', has_children: true })
  const province = unit('15', 'TW', { tier: 'province', has_children: true })
  const sapa = unit('3006', '15')
  const bathat = unit('3007', '15')
  const parents = withParents(new Map(), [country, province, sapa, bathat])

  test('the whole province covers its communes with one press, and they leave the list', () => {
    let picks = toggleUnit(sapa, 'Lào Cai', [], parents)
    picks = toggleSubtree(province, '', picks, parents)
    expect(picks).toMatchObject([{ kind: 'subtree', code: '15' }])
    expect(standing('3006', picks, parents)).toBe('covered')
    expect(standing('15', picks, parents)).toBe('subtree')
  })

  test('what is covered cannot be picked twice', () => {
    const picks = toggleSubtree(country, '', [], parents)
    expect(toggleUnit(bathat, '', picks, parents)).toBe(picks)
    expect(toggleSubtree(province, '', picks, parents)).toBe(picks)
  })

  test('a second press takes a pick back', () => {
    expect(toggleUnit(sapa, '', toggleUnit(sapa, '', [], parents), parents)).toEqual([])
    expect(toggleSubtree(province, '', toggleSubtree(province, '', [], parents), parents)).toEqual([])
  })

  test('"provinces only" does not cover the communes', () => {
    const picks = [{ kind: 'subtree' as const, code: 'TW', name: '', within: '', tiers: ['province' as const] }]
    expect(standing('3006', picks, parents)).toBe('none')
  })

  test('a loop in the data does not hang the page', () => {
    expect(
      isUnder(
        'a',
        'z',
        new Map([
          ['a', 'b'],
          ['b', 'a'],
        ]),
      ),
    ).toBe(false)
  })
})
