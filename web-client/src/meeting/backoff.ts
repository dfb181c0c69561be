const FIRST_MS = 300
const LAST_MS = 5_000

/**
 * How long to wait before attempt number `attempt` (from 0): 0.3 s doubling to 5 s, spread by up to half so that
 * thousands of points do not come back in the same instant.
 *
 * @param random a number in [0, 1)
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(LAST_MS, FIRST_MS * 2 ** attempt)
  return Math.round(full * (0.5 + random / 2))
}
