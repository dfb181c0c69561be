/** How the start stands against the clock, for one sentence. */
export type Countdown =
  | { kind: 'days'; count: number }
  | { kind: 'hours'; count: number }
  | { kind: 'minutes'; count: number }
  | { kind: 'now' }
  | { kind: 'late'; count: number }

export function countdown(startsAt: string, now: Date): Countdown {
  const minutes = Math.ceil((Date.parse(startsAt) - now.getTime()) / 60_000)
  if (minutes >= 48 * 60) return { kind: 'days', count: Math.floor(minutes / 1440) }
  if (minutes > 90) return { kind: 'hours', count: Math.floor(minutes / 60) }
  if (minutes > 0) return { kind: 'minutes', count: minutes }
  if (minutes > -1) return { kind: 'now' }
  return { kind: 'late', count: -minutes }
}
