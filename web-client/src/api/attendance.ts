import { request } from './http'
import type { Role } from './types'

/** What a roll call came to for one point. */
export type Roll = 'on_site' | 'online' | 'absent' | 'excused' | 'late' | 'represented' | 'not_yet_called'

export interface Interval {
  from: string
  /** Null: still going on when the report was made. */
  until: string | null
}

export interface AttendanceReport {
  briefing: {
    id: string
    title: string
    host: string
    chair: string
    planned_start: string
    planned_end: string
    started_at: string | null
    ended_at: string | null
    made_at: string
    ledger_seq: number
    ledger_head: string
  }
  units: UnitLine[]
  points: PointLine[]
  people: PersonLine[]
  roll_calls: RollLine[]
  speeches: SpeechLine[]
}

export interface UnitLine {
  code: string
  name: string
  invited: number
  present: number
  late: number
  excused: number
  absent: number
  deputised: number
  headcount: number
}

export interface PointLine {
  id: string
  unit_code: string
  name: string
  /** The unit it is counted under. */
  group: string
  roll: Roll
  /** Reason of absence, or who stands in. */
  note: string
  late_minutes: number | null
  answered_at: string | null
  by_secretary: boolean
  first_joined: string | null
  last_left: string | null
  presence: Interval[]
  camera: Interval[]
  microphone: Interval[]
  present_seconds: number
  camera_seconds: number
  spoken_seconds: number
  interruptions: number
  headcount: number | null
  representative: { name: string; title: string; deputising: boolean } | null
}

export interface PersonLine {
  account: string
  point: string
  name: string
  title: string
  role: Role
  presence: Interval[]
  present_seconds: number
}

export interface RollLine {
  number: number
  point: string
  group: string
  roll: Roll
  at: string | null
  by_secretary: boolean
  headcount: number | null
  note: string
}

export interface SpeechLine {
  point: string
  person: string
  granted_at: string
  spoke_from: string | null
  ended_at: string | null
  seconds: number
}

export const getAttendance = (id: string) =>
  request<AttendanceReport>(`briefings/${encodeURIComponent(id)}/attendance.json`)
