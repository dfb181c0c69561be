/** How long a pointer must stay down. */
export const HOLD_MS = 1200
/** How long a first Enter waits for the second. */
export const KEY_WINDOW_MS = 3000

/** One press of Enter: arms, or confirms when armed recently enough. */
export function armByKey(armedAt: number | null, now: number): { confirmed: boolean; armedAt: number | null } {
  if (armedAt !== null && now - armedAt <= KEY_WINDOW_MS) return { confirmed: true, armedAt: null }
  return { confirmed: false, armedAt: now }
}
