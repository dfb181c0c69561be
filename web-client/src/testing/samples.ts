import type { Account, Briefing, BriefingSummary, InvitedPoint, Unit } from '@/api/types'

/** Whole values of the API's shapes for tests; each test changes only what it is about. */

export const account: Account = {
  id: 'account-1',
  username: 'thuky',
  display_name: 'Hoàng Thị Vân',
  title: 'Chánh Văn phòng',
  locale: 'vi',
  unit: { code: '15', name: 'Tỉnh Lào Cai', tier: 'province' },
  point_id: 'point-1',
  grants: [{ role: 'secretary', unit_code: '15' }],
  may_plan: true,
  administrator: false,
  second_factor: false,
  second_factor_required: false,
  temporary_password: false,
}

export function summary(change: Partial<BriefingSummary> = {}): BriefingSummary {
  return {
    id: 'briefing-1',
    title: 'Giao ban đầu tuần',
    host: { code: '15', name: 'Tỉnh Lào Cai' },
    chair: { id: 'account-2', display_name: 'Đỗ Quang Minh', title: 'Phó Chủ tịch' },
    // 08:00 to 09:30 on Thursday 26/11/2026 in Vietnam.
    starts_at: '2026-11-26T01:00:00Z',
    ends_at: '2026-11-26T02:30:00Z',
    state: 'planned',
    parent_id: null,
    child_count: 0,
    point_count: 100,
    my_role: 'secretary',
    may_edit: true,
    may_join: false,
    series_id: null,
    ...change,
  }
}

export function briefing(change: Partial<Briefing> = {}): Briefing {
  return {
    ...summary(change),
    secretary: { id: account.id, display_name: account.display_name, title: account.title },
    deputy: null,
    lobby: true,
    floor_limit_seconds: 300,
    agenda: [{ id: 'item-1', title: 'Khai mạc', minutes: 10, presenter: null }],
    participants: [],
    revision: 3,
    created_by: account.id,
    cancelled_reason: null,
    children: [],
    invited_units_count: 100,
    ...change,
  }
}

export function unit(code: string, parent_code: string | null, change: Partial<Unit> = {}): Unit {
  return {
    code,
    name: `Đơn vị ${code}`,
    tier: 'commune',
    parent_code,
    valid_from: '2025-07-01',
    valid_to: null,
    link_mbps: null,
    has_children: false,
    ...change,
  }
}

export const invitedPoint: InvitedPoint = {
  id: 'point-2',
  unit_code: '3006',
  unit_name: 'Phường Sa Pa',
  within_name: 'Tỉnh Lào Cai',
  name: 'Phường Sa Pa',
  kind: 'room',
  link_kbps: 2000,
  technician_name: null,
  technician_phone: null,
  active: true,
  observer: false,
}
