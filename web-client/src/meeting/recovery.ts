/** What to do about a media connection that is not well. */
export type Remedy = 'wait' | 'restart_ice' | 'rebuild'

export interface MediaTrouble {
  state: RTCPeerConnectionState
  /** Milliseconds since the connection was last well, or since it was built. */
  forMs: number
  /** ICE restarts tried since it was last well. */
  restarts: number
  /** Milliseconds since the last remedy. */
  sinceRemedyMs: number
}

/** An ICE restart takes tens of milliseconds; one that has not helped after this will not. */
const RESTART_PATIENCE_MS = 4_000
const FIRST_CONNECT_PATIENCE_MS = 12_000

/**
 * Cheapest first: an ICE restart keeps encryption and decoders; a new connection is made when two of them did not help.
 * `disconnected` is acted upon at once, because a browser may never fall back to TCP by itself.
 */
export function remedyFor(trouble: MediaTrouble): Remedy {
  const { state, forMs, restarts, sinceRemedyMs } = trouble
  if (state === 'connected') return 'wait'
  if (state === 'closed') return 'rebuild'
  if (state === 'new' || state === 'connecting') {
    const patience = restarts === 0 ? FIRST_CONNECT_PATIENCE_MS : RESTART_PATIENCE_MS
    return forMs > patience && sinceRemedyMs > patience ? 'rebuild' : 'wait'
  }
  if (restarts > 0 && sinceRemedyMs < RESTART_PATIENCE_MS) return 'wait'
  return restarts >= 2 ? 'rebuild' : 'restart_ice'
}
