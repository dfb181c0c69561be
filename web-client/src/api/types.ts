/** The shapes of the REST contract. Times are RFC 3339 in UTC, dates YYYY-MM-DD, ids UUID strings. */

export type Locale = 'vi' | 'en'
export type Tier = 'central' | 'province' | 'district' | 'commune'
export type Role = 'chair' | 'secretary' | 'delegate' | 'observer' | 'technician'
export type BriefingState = 'planned' | 'open' | 'in_session' | 'adjourned' | 'closed' | 'cancelled'

export interface UnitRef {
  code: string
  name: string
}

export interface Account {
  id: string
  username: string
  display_name: string
  title: string
  locale: Locale
  unit: UnitRef & { tier: Tier }
  point_id: string | null
  grants: { role: string; unit_code: string }[]
  may_plan: boolean
  administrator: boolean
  /** Sign-ins need a code of an authenticator. */
  second_factor: boolean
  /** A role of the account requires it. While it is off, nothing but the own account answers. */
  second_factor_required: boolean
  /** Somebody else set the password. Until another is chosen, nothing but the own account answers. */
  temporary_password: boolean
}

export interface About {
  name: string
  version: string
  unit_name: string
  support_phone: string | null
  demo: boolean
  demo_accounts?: { username: string; label: string }[]
}

export interface Unit extends UnitRef {
  tier: Tier
  parent_code: string | null
  valid_from: string
  valid_to: string | null
  link_mbps: number | null
  has_children: boolean
}

export interface UnitDetail extends Unit {
  path: UnitRef[]
}

export type PointKind = 'room' | 'desk'

export interface Point {
  id: string
  unit_code: string
  unit_name: string
  within_name: string
  name: string
  kind: PointKind
  link_kbps: number | null
  technician_name: string | null
  technician_phone: string | null
  active: boolean
}

/** An invited point. */
export interface InvitedPoint extends Point {
  /** Watches, and is not given the floor. */
  observer: boolean
}

export interface PointDraft {
  unit_code: string
  name: string
  kind: PointKind
  link_kbps: number
  technician_name: string
  technician_phone: string
}

export interface PersonRef {
  id: string
  display_name: string
  title: string
}

export interface AccountSummary extends PersonRef {
  username: string
  unit_code: string
  unit_name: string
  point_id: string | null
}

/** What somebody may be for a unit and everything below it. */
export type OfficeRole = 'administrator' | 'secretary' | 'chair' | 'technician' | 'delegate' | 'observer'

/** An account, as whoever administers it sees it. */
export interface ManagedAccount {
  id: string
  username: string
  display_name: string
  title: string
  unit_code: string
  unit_name: string
  grants: { role: OfficeRole; unit_code: string }[]
  locked: boolean
  second_factor: boolean
  temporary_password: boolean
  /** Not for the own account, nor for one that is stronger. */
  may_change: boolean
}

export interface NewAccount {
  username: string
  display_name: string
  title: string
  unit_code: string
  role: OfficeRole
}

export interface BriefingSummary {
  id: string
  title: string
  host: UnitRef
  chair: PersonRef | null
  starts_at: string
  ends_at: string
  state: BriefingState
  parent_id: string | null
  child_count: number
  point_count: number
  my_role: Role | null
  may_edit: boolean
  may_join: boolean
  series_id: string | null
}

export interface AgendaItem {
  id: string
  title: string
  minutes: number
  presenter: string | null
}

export interface Participant {
  account_id: string
  display_name: string
  title: string
  role: Role
}

export interface Briefing extends BriefingSummary {
  secretary: PersonRef | null
  /** Chairs when the chair is away. */
  deputy: PersonRef | null
  lobby: boolean
  /** Null: without limit. */
  floor_limit_seconds: number | null
  agenda: AgendaItem[]
  participants: Participant[]
  revision: number
  created_by: string
  cancelled_reason: string | null
  children: BriefingSummary[]
  invited_units_count: number
}

export type Invite = { point_id: string } | { unit_code: string; subtree: boolean; tiers?: Tier[] }

export interface BriefingDraft {
  title: string
  host_unit: string
  chair_id: string
  secretary_id: string
  deputy_id: string | null
  starts_at: string
  ends_at: string
  lobby: boolean
  floor_limit_seconds: number | null
  parent_id?: string
  /** A change that leaves it out keeps the invited points. */
  invite?: Invite[]
  participants: { account_id: string; role: Role }[]
  /** `id` of an item that is there already, so that it stays the same item. */
  agenda: { id?: string; title: string; minutes: number; presenter?: string }[]
  repeat?: { weekly: true; until: string }
}

export interface IceServer {
  urls: string | string[]
  username?: string
  credential?: string
}

export interface JoinAnswer {
  join_token: string
  ws_url: string
  ice_servers: IceServer[]
  briefing_id: string
  seat: string
  role: Role
  whip_url: string
  whep_url: string
}

/** A view-only link in force. */
export interface WatchLinkLine {
  id: string
  max_watchers: number
  watching: number
  created_at: string
}

export interface WatchLink {
  id: string
  watch_token: string
  url: string
  max_watchers?: number
}
