import accountEn from '@/features/account/i18n/en.json'
import accountVi from '@/features/account/i18n/vi.json'
import auditEn from '@/features/audit/i18n/en.json'
import auditVi from '@/features/audit/i18n/vi.json'
import authEn from '@/features/auth/i18n/en.json'
import authVi from '@/features/auth/i18n/vi.json'
import attendanceEn from '@/features/attendance/i18n/en.json'
import attendanceVi from '@/features/attendance/i18n/vi.json'
import briefingsEn from '@/features/briefings/i18n/en.json'
import briefingsVi from '@/features/briefings/i18n/vi.json'
import calendarEn from '@/features/calendar/i18n/en.json'
import calendarVi from '@/features/calendar/i18n/vi.json'
import lobbyEn from '@/features/lobby/i18n/en.json'
import lobbyVi from '@/features/lobby/i18n/vi.json'
import peopleEn from '@/features/people/i18n/en.json'
import peopleVi from '@/features/people/i18n/vi.json'
import planningEn from '@/features/planning/i18n/en.json'
import planningVi from '@/features/planning/i18n/vi.json'
import pointsEn from '@/features/points/i18n/en.json'
import pointsVi from '@/features/points/i18n/vi.json'
import roomEn from '@/features/room/i18n/en.json'
import roomVi from '@/features/room/i18n/vi.json'
import watchEn from '@/features/watch/i18n/en.json'
import watchVi from '@/features/watch/i18n/vi.json'
import commonEn from './common/en.json'
import commonVi from './common/vi.json'

/** One namespace per feature; Vietnamese is the source, English must have the same keys (a test holds it). */
export const vi = {
  common: commonVi,
  account: accountVi,
  audit: auditVi,
  auth: authVi,
  attendance: attendanceVi,
  briefings: briefingsVi,
  calendar: calendarVi,
  lobby: lobbyVi,
  people: peopleVi,
  planning: planningVi,
  points: pointsVi,
  room: roomVi,
  watch: watchVi,
}
export const en = {
  common: commonEn,
  account: accountEn,
  audit: auditEn,
  auth: authEn,
  attendance: attendanceEn,
  briefings: briefingsEn,
  calendar: calendarEn,
  lobby: lobbyEn,
  people: peopleEn,
  planning: planningEn,
  points: pointsEn,
  room: roomEn,
  watch: watchEn,
}
