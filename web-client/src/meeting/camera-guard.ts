/**
 * Gives up this point's own picture when its way up is too narrow for picture and sound together, so that the sound
 * stays whole. A person can ask for the picture back; after that it is left on for at least half a minute.
 */
export interface CameraGuard {
  reduced: boolean
  /** Since when the way up has been bad without a break; null while it is good. */
  badSince: number | null
  /** Before this moment the guard leaves the picture alone. */
  leaveUntil: number
}

export const GUARD_AT_REST: CameraGuard = { reduced: false, badSince: null, leaveUntil: 0 }

const BAD_FOR_MS = 6_000
const LEAVE_FOR_MS = 30_000
const NARROW_KBPS = 120
const LOSSY = 0.12

export interface WayUp {
  /** Lost on the way up, 0 to 1. */
  loss: number
  availableKbps: number | null
}

export function guardCamera(guard: CameraGuard, wayUp: WayUp, now: number): CameraGuard {
  if (guard.reduced) return guard
  const narrow = wayUp.availableKbps !== null && wayUp.availableKbps < NARROW_KBPS
  if (!narrow && wayUp.loss < LOSSY) return { ...guard, badSince: null }
  const badSince = guard.badSince ?? now
  const reduced = now >= guard.leaveUntil && now - badSince >= BAD_FOR_MS
  return { ...guard, badSince, reduced }
}

export function restoreCamera(now: number): CameraGuard {
  return { reduced: false, badSince: null, leaveUntil: now + LEAVE_FOR_MS }
}
