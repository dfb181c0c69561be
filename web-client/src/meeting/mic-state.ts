import type { EndReason, SocketStatus } from './socket'
import type { MediaSnapshot } from './media'
import { myFloor, presides, secondsBetween } from './select'
import type { MeetingView } from './state'

/** What the state block says: one sentence about whether this room is heard, and only what is known to be true. */
export type MicState =
  | { kind: 'entering' }
  | { kind: 'off' }
  | { kind: 'invited'; reminded: boolean }
  /** The floor is held, the microphone was closed by hand or by a reload of the page. */
  | { kind: 'paused' }
  | { kind: 'opening' }
  | { kind: 'speaking'; elapsed: number; remaining: number; limit: number }
  | { kind: 'ending'; elapsed: number; remaining: number; limit: number }
  | { kind: 'over'; elapsed: number; over: number; limit: number }
  | { kind: 'muted'; spoke: number }
  | { kind: 'weak'; byUs: boolean }
  | { kind: 'reconnecting'; seconds: number; queued: boolean }
  | { kind: 'restarting'; seconds: number }
  | { kind: 'lost'; seconds: number }
  | { kind: 'waiting'; since: string | null }
  | { kind: 'no_microphone'; denied: boolean }
  | { kind: 'no_camera'; denied: boolean }
  | { kind: 'ended'; reason: EndReason }

/** Everything that the state follows from. */
export interface MicFacts {
  /** Milliseconds of this page's clock. */
  now: number
  /** The same moment by the server's clock. */
  serverNow: number
  status: SocketStatus
  view: MeetingView | null
  media: MediaSnapshot
  /** Whether a person opened the microphone in this page since it got the floor. */
  openedHere: boolean
  /** Until when a missing camera is worth the block (it hides the microphone's own state); this page's clock. */
  cameraNoticeUntil: number
}

/** A break shorter than this is not worth a word. */
const QUIET_MS = 2_000
const LOST_AFTER_MS = 60_000
const ENDING_SECONDS = 30

export function micState(facts: MicFacts): MicState {
  const { status, view, media, now } = facts
  if (status.kind === 'ended') return { kind: 'ended', reason: status.reason }
  const broken = brokenFor(facts)
  if (broken >= LOST_AFTER_MS) return { kind: 'lost', seconds: secondsBetween(0, broken) }
  if (status.kind === 'reconnecting' && status.restarting) return { kind: 'restarting', seconds: secondsBetween(0, broken) }
  if (broken >= QUIET_MS) {
    const queued = view?.floor.queue.some((entry) => entry.label.seat === view.me.label.seat) ?? false
    return { kind: 'reconnecting', seconds: secondsBetween(0, broken), queued }
  }
  if (!view) return { kind: 'entering' }
  if (!view.me.admitted) return { kind: 'waiting', since: waitingSince(view) }
  const floor = floorState(facts, view)
  if (floor) return floor
  if (view.me.muted_by_chair) return { kind: 'muted', spoke: view.me.muted_by_chair.spoke_seconds }
  if (media.microphone === 'missing' || media.microphone === 'denied' || media.microphone === 'busy')
    return { kind: 'no_microphone', denied: media.microphone === 'denied' }
  if (media.cameraReduced) return { kind: 'weak', byUs: true }
  if (media.quality?.state === 'audio_only') return { kind: 'weak', byUs: false }
  if (media.cameraOn && now < facts.cameraNoticeUntil && (media.camera === 'missing' || media.camera === 'denied'))
    return { kind: 'no_camera', denied: media.camera === 'denied' }
  return { kind: 'off' }
}

/** How long control or media has been away, milliseconds; 0 while both are there. */
function brokenFor({ status, view, media, now }: MicFacts): number {
  const away = status.kind === 'reconnecting' || (status.kind === 'connecting' && view !== null)
  const control = away ? now - status.since : 0
  const path = media.phase === 'recovering' ? now - media.since : 0
  return Math.max(0, control, path)
}

function waitingSince(view: MeetingView): string | null {
  const own = view.lobby.find((entry) => entry.label.seat === view.me.label.seat)
  return own?.since ?? null
}

/**
 * The states of whoever holds the floor. "Speaking" needs three things: the server's grant, the server's word that it
 * forwards this microphone, and packets that leave. When one of them is in doubt for 2 s, the block says so.
 */
function floorState(facts: MicFacts, view: MeetingView): MicState | null {
  const { media, now, serverNow, openedHere } = facts
  const holder = myFloor(view)
  if (presides(view) && !holder) {
    if (!view.floor.chair_mic) return null
    return isHeard(media) ? chairSpeaking() : doubtful(media, now)
  }
  if (!holder) return null
  if (!openedHere) {
    if (holder.state === 'speaking') return { kind: 'paused' }
    return { kind: 'invited', reminded: holder.reminded > 0 }
  }
  if (holder.state === 'invited') return doubtful(media, now)
  if (!isHeard(media) && now - media.sendingSince >= QUIET_MS) return doubtful(media, now)
  if (!isHeard(media) && holder.speaking_since === null) return { kind: 'opening' }
  const since = Date.parse(holder.speaking_since ?? holder.granted_at)
  return timed(secondsBetween(since, serverNow), holder.limit_seconds)
}

function timed(elapsed: number, limit: number): MicState {
  const remaining = limit - elapsed
  if (remaining < 0) return { kind: 'over', elapsed, over: -remaining, limit }
  if (remaining <= ENDING_SECONDS && limit > ENDING_SECONDS) return { kind: 'ending', elapsed, remaining, limit }
  return { kind: 'speaking', elapsed, remaining, limit }
}

/** The chair has no limit. */
function chairSpeaking(): MicState {
  return { kind: 'speaking', elapsed: 0, remaining: 0, limit: 0 }
}

function isHeard(media: MediaSnapshot): boolean {
  return media.phase === 'connected' && media.micOpen && media.micForwarded && media.sending !== 'silent'
}

function doubtful(media: MediaSnapshot, now: number): MicState {
  if (media.microphone !== 'ready' && media.microphone !== 'asking')
    return { kind: 'no_microphone', denied: media.microphone === 'denied' }
  const forMs = now - media.sendingSince
  if (forMs < QUIET_MS) return { kind: 'opening' }
  return { kind: 'reconnecting', seconds: secondsBetween(0, forMs), queued: false }
}
