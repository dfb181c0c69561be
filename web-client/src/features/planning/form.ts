import type {
  Account,
  Briefing,
  BriefingDraft,
  Invite,
  InvitedPoint,
  PersonRef,
  Role,
  Tier,
  UnitRef,
} from '@/api/types'
import { clock, fromLocal, isoDate } from '@/lib/time'

/** One thing invited: a unit's own points, everything under a unit, or one point. */
export type Pick =
  | { kind: 'unit'; code: string; name: string; within: string }
  | { kind: 'subtree'; code: string; name: string; within: string; tiers: Tier[] }
  | { kind: 'point'; id: string; name: string; within: string }

export interface AgendaRow {
  /** Only for the list on screen; stays with the row when it moves. */
  key: string
  /** Of an item that the server knows. */
  id: string | null
  title: string
  minutes: number
  presenter: string
}

export interface PersonRow {
  person: PersonRef
  role: Role
}

export interface PlanForm {
  title: string
  hostUnit: UnitRef | null
  chair: PersonRef | null
  secretary: PersonRef | null
  deputy: PersonRef | null
  /** YYYY-MM-DD and HH:MM on the clock of Vietnam. */
  day: string
  from: string
  to: string
  weekly: boolean
  until: string
  lobby: boolean
  /** 0 is without limit. */
  floorMinutes: number
  picks: Pick[]
  people: PersonRow[]
  agenda: AgendaRow[]
  parentId: string | null
}

let rows = 0
export const newKey = () => `row-${++rows}`

/** The next full hour of the office's day; tomorrow at 8 when it is late. */
function nextSlot(now: Date): { day: string; from: string; to: string } {
  const hour = Number(clock(now).slice(0, 2)) + 1
  if (hour >= 17) return { day: isoDate(now.getTime() + 86_400_000), from: '08:00', to: '09:30' }
  const start = Math.max(8, hour)
  const two = (n: number) => String(n).padStart(2, '0')
  return { day: isoDate(now), from: `${two(start)}:00`, to: `${two(start + 1)}:30` }
}

export function emptyForm(account: Account, now: Date): PlanForm {
  return {
    title: '',
    hostUnit: { code: account.unit.code, name: account.unit.name },
    chair: null,
    secretary: { id: account.id, display_name: account.display_name, title: account.title },
    deputy: null,
    ...nextSlot(now),
    weekly: false,
    until: '',
    lobby: true,
    floorMinutes: 5,
    picks: [],
    people: [],
    agenda: [],
    parentId: null,
  }
}

/** A child starts out at its parent's time, hosted by one's own unit. */
export function childForm(account: Account, parent: Briefing, now: Date): PlanForm {
  return {
    ...emptyForm(account, now),
    title: parent.title,
    day: isoDate(parent.starts_at),
    from: clock(parent.starts_at),
    to: clock(parent.ends_at),
    floorMinutes: minutesOf(parent.floor_limit_seconds),
    parentId: parent.id,
  }
}

export function formOf(briefing: Briefing, invited: InvitedPoint[]): PlanForm {
  return {
    title: briefing.title,
    hostUnit: briefing.host,
    chair: briefing.chair,
    secretary: briefing.secretary,
    deputy: briefing.deputy,
    day: isoDate(briefing.starts_at),
    from: clock(briefing.starts_at),
    to: clock(briefing.ends_at),
    weekly: false,
    until: '',
    lobby: briefing.lobby,
    floorMinutes: minutesOf(briefing.floor_limit_seconds),
    picks: invited.map((p) => ({ kind: 'point', id: p.id, name: p.name, within: p.within_name })),
    people: briefing.participants
      // The chair, the secretary and the deputy have fields of their own; more secretaries are people like others.
      .filter((p) => ![briefing.chair?.id, briefing.secretary?.id, briefing.deputy?.id].includes(p.account_id))
      .map((p) => ({ person: { id: p.account_id, display_name: p.display_name, title: p.title }, role: p.role })),
    agenda: briefing.agenda.map((a) => ({
      key: newKey(),
      id: a.id,
      title: a.title,
      minutes: a.minutes,
      presenter: a.presenter ?? '',
    })),
    parentId: briefing.parent_id,
  }
}

function minutesOf(seconds: number | null): number {
  return seconds === null ? 0 : Math.max(1, Math.round(seconds / 60))
}

function inviteOf(pick: Pick): Invite {
  switch (pick.kind) {
    case 'point':
      return { point_id: pick.id }
    case 'unit':
      return { unit_code: pick.code, subtree: false }
    case 'subtree':
      return { unit_code: pick.code, subtree: true, ...(pick.tiers.length > 0 ? { tiers: pick.tiers } : {}) }
  }
}

/** What the server takes. Call only with a form that `validate` accepts. */
export function draftOf(form: PlanForm): BriefingDraft {
  return {
    title: form.title.trim(),
    host_unit: form.hostUnit?.code ?? '',
    chair_id: form.chair?.id ?? '',
    secretary_id: form.secretary?.id ?? '',
    deputy_id: form.deputy?.id ?? null,
    starts_at: fromLocal(form.day, form.from).toISOString(),
    ends_at: fromLocal(form.day, form.to).toISOString(),
    lobby: form.lobby,
    floor_limit_seconds: form.floorMinutes === 0 ? null : form.floorMinutes * 60,
    invite: form.picks.map(inviteOf),
    participants: form.people.map(({ person, role }) => ({ account_id: person.id, role })),
    agenda: form.agenda.map(({ id, title, minutes, presenter }) => ({
      ...(id === null ? {} : { id }),
      title: title.trim(),
      minutes,
      ...(presenter.trim() === '' ? {} : { presenter: presenter.trim() }),
    })),
    ...(form.parentId === null ? {} : { parent_id: form.parentId }),
    ...(form.weekly ? { repeat: { weekly: true as const, until: form.until } } : {}),
  }
}

/** What a change sends: an invitation that was not touched is left out, and so stays as it is. */
export function changeOf(form: PlanForm, initial: PlanForm, revision: number): BriefingDraft & { revision: number } {
  const draft = draftOf(form)
  if (form.picks === initial.picks) delete draft.invite
  return { ...draft, revision }
}

export function moveRow<T>(list: T[], from: number, to: number): T[] {
  const moved = list[from]
  if (moved === undefined || to < 0 || to >= list.length) return list
  const rest = list.filter((_, i) => i !== from)
  return [...rest.slice(0, to), moved, ...rest.slice(to)]
}
