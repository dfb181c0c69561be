/**
 * Whether a media connection still brings anything. A browser takes five seconds and more to call a dead path
 * `disconnected`; what used to come several times a second and then stays away tells it sooner.
 */
export interface Pulse {
  /** The newest packet's time, by whatever clock the browser has. */
  newest: number
  /** When it was last seen to move, in milliseconds of this page's clock; 0 before anything came. */
  beatAt: number
  /** The longest usual time between two beats; null until there were two. */
  usualMs: number | null
}

/**
 * - `dead`: the network is another one since, and nothing has come by it;
 * - `doubtful`: what came all the time stays away. On a path that is only congested it does that too.
 */
export type Path = 'well' | 'doubtful' | 'dead'

export const NO_PULSE: Pulse = { newest: 0, beatAt: 0, usualMs: null }

/** How much of a longer usual pause is forgotten with each beat: a pause must not count for minutes. */
const FORGET = 0.15
/** Longer than a speaker's silence on a link that carries nothing but his voice: there comes a packet each 400 ms. */
const DOUBTFUL_MS = 600
/** With a new network there is a reason for the silence. */
const DEAD_MS = 300
/** A change of network shows by then, or has nothing to do with the silence. */
const CHANGE_SHOWS_MS = 3_000

/** Takes note of the newest packet that has been played or shown. */
export function feel(pulse: Pulse, newest: number, at: number): Pulse {
  if (newest <= pulse.newest) return pulse
  if (pulse.beatAt === 0) return { newest, beatAt: at, usualMs: null }
  const faded = (pulse.usualMs ?? 0) * (1 - FORGET)
  return { newest, beatAt: at, usualMs: Math.max(at - pulse.beatAt, faded) }
}

/** @param changedAt when the network last changed, or the control connection took another way; 0 for never */
export function judge(pulse: Pulse, at: number, changedAt: number): Path {
  const { beatAt, usualMs } = pulse
  const silent = at - beatAt
  if (beatAt > 0 && at - changedAt < CHANGE_SHOWS_MS && silent >= Math.max(DEAD_MS, usualMs ?? 0)) return 'dead'
  // Where something came only now and then, its absence says nothing: the browser must find out.
  if (usualMs === null || usualMs > DOUBTFUL_MS) return 'well'
  return silent > Math.max(DOUBTFUL_MS, 2 * usualMs) ? 'doubtful' : 'well'
}
