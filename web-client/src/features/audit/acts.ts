/** Every act that the server writes down, in the order of the filter. */
export const ACTS = [
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'signed_out_everywhere',
  'account_added',
  'account_changed',
  'account_locked',
  'account_unlocked',
  'password_changed',
  'password_set',
  'role_granted',
  'totp_enabled',
  'totp_disabled',
  'totp_removed',
  'units_imported',
  'point_saved',
  'briefing_created',
  'briefing_edited',
  'briefing_cancelled',
  'watch_link_made',
  'watch_link_revoked',
  'attendance_exported',
  'ledger_exported',
  'audit_exported',
  'person_erased',
  'personal_data_expired',
] as const

export type Act = (typeof ACTS)[number]

export const isAct = (name: string): name is Act => (ACTS as readonly string[]).includes(name)

/** The parts of an act's details that a person reads: names and numbers, not ids. */
export function readable(detail: string): string {
  const parts = JSON.parse(detail) as Record<string, unknown>
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-/
  return Object.values(parts)
    .filter((part) => typeof part === 'number' || (typeof part === 'string' && part !== '' && !uuid.test(part)))
    .join(', ')
}
