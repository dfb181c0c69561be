/** Watches the stage over WHEP: offers, keeps the session, and comes back by itself when it breaks. */

export type WatchPhase =
  | 'connecting'
  | 'watching'
  /** Broken; trying again at `retryAt`. */
  | 'waiting'
  /** The link watches on as many screens as it may. Tried again now and then. */
  | 'full'
  /** The link is not valid (any more): nothing more is tried. */
  | 'refused'

export interface WatchState {
  phase: WatchPhase
  /** Three audio slots, the main picture, and content; always the same tracks. */
  sound: MediaStream
  main: MediaStream
  content: MediaStream
  /** Whether content is being shared now. */
  hasContent: boolean
  /** Whether the main picture has arrived at all. */
  hasMain: boolean
}

const AUDIO_SLOTS = 3
/** Between tries, milliseconds; the last one stays. */
const BACKOFF = [1000, 2000, 4000, 8000, 10_000]
const FULL_EVERY = 15_000
/** "disconnected" often heals by itself; after this it is broken. */
const HEAL_MS = 4000
/** Shared content sends a frame at least every second; silence longer than this means it is over. */
const CONTENT_GONE_MS = 6000
const GATHER_MS = 1000

export function backoff(attempt: number): number {
  return BACKOFF[Math.min(attempt, BACKOFF.length - 1)] ?? 10_000
}

/** What an answer of the endpoint means for the next try. */
export function phaseOf(status: number): 'watching' | 'waiting' | 'full' | 'refused' {
  if (status >= 200 && status < 300) return 'watching'
  if (status === 409 || status === 429 || status === 503) return 'full'
  if (status === 401 || status === 403 || status === 410) return 'refused'
  return 'waiting'
}

export class Watcher {
  private state: WatchState = {
    phase: 'connecting',
    sound: new MediaStream(),
    main: new MediaStream(),
    content: new MediaStream(),
    hasContent: false,
    hasMain: false,
  }
  private readonly listeners = new Set<() => void>()
  private peer: RTCPeerConnection | null = null
  private location: string | null = null
  private attempt = 0
  private timer: number | undefined
  private statsTimer: number | undefined
  private stopped = true

  constructor(
    private readonly briefing: string,
    private readonly token: string,
  ) {}

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  readonly snapshot = () => this.state

  start(): void {
    this.stopped = false
    void this.connect()
  }

  stop(): void {
    this.stopped = true
    window.clearTimeout(this.timer)
    this.drop()
  }

  private set(change: Partial<WatchState>) {
    this.state = { ...this.state, ...change }
    this.listeners.forEach((listener) => listener())
  }

  private async connect(): Promise<void> {
    this.drop()
    const peer = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
    this.peer = peer
    const audios = Array.from({ length: AUDIO_SLOTS }, () => peer.addTransceiver('audio', { direction: 'recvonly' }))
    const main = peer.addTransceiver('video', { direction: 'recvonly' })
    const content = peer.addTransceiver('video', { direction: 'recvonly' })
    peer.onconnectionstatechange = () => this.onConnection(peer)
    try {
      await peer.setLocalDescription()
      await gathered(peer)
      const response = await fetch(`/whep/${encodeURIComponent(this.briefing)}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/sdp',
          Accept: 'application/sdp',
          Authorization: `Bearer ${this.token}`,
        },
        body: peer.localDescription?.sdp ?? '',
      })
      if (this.peer !== peer) return
      const phase = phaseOf(response.status)
      if (phase !== 'watching') {
        this.failed(phase)
        return
      }
      this.location = response.headers.get('Location')
      await peer.setRemoteDescription({ type: 'answer', sdp: await response.text() })
    } catch {
      if (this.peer === peer) this.failed('waiting')
      return
    }
    this.set({
      sound: new MediaStream(audios.map((a) => a.receiver.track)),
      main: new MediaStream([main.receiver.track]),
      content: new MediaStream([content.receiver.track]),
      hasMain: false,
      hasContent: false,
    })
    this.watchArrivals(peer, main.receiver, content.receiver)
  }

  private onConnection(peer: RTCPeerConnection) {
    if (this.peer !== peer) return
    window.clearTimeout(this.timer)
    if (peer.connectionState === 'connected') {
      this.attempt = 0
      this.set({ phase: 'watching' })
    } else if (peer.connectionState === 'failed') {
      this.failed('waiting')
    } else if (peer.connectionState === 'disconnected') {
      this.timer = window.setTimeout(() => {
        if (this.peer === peer && peer.connectionState !== 'connected') this.failed('waiting')
      }, HEAL_MS)
    }
  }

  private failed(phase: 'waiting' | 'full' | 'refused') {
    this.drop()
    this.set({ phase, hasContent: false })
    if (phase === 'refused' || this.stopped) return
    const delay = phase === 'full' ? FULL_EVERY : backoff(this.attempt++)
    window.clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.connect(), delay)
  }

  /** Slots are always there; whether something is in them shows only in what arrives. */
  private watchArrivals(peer: RTCPeerConnection, main: RTCRtpReceiver, content: RTCRtpReceiver) {
    let mainFrames = 0
    let contentPackets = 0
    let contentAt = 0
    const look = async () => {
      if (this.peer !== peer) return
      mainFrames = Math.max(mainFrames, await figure(main, 'framesDecoded'))
      const packets = await figure(content, 'framesDecoded')
      const now = performance.now()
      if (packets > contentPackets) contentAt = now
      contentPackets = packets
      const hasContent = contentAt > 0 && now - contentAt < CONTENT_GONE_MS
      const hasMain = mainFrames > 0
      if (hasContent !== this.state.hasContent || hasMain !== this.state.hasMain) this.set({ hasContent, hasMain })
    }
    this.statsTimer = window.setInterval(() => void look().catch(() => undefined), 500)
  }

  private drop() {
    window.clearInterval(this.statsTimer)
    this.peer?.close()
    this.peer = null
    if (this.location !== null) {
      // The seat is given back at once; when the request is lost, the server's own timeout does it.
      void fetch(this.location, {
        method: 'DELETE',
        headers: { Authorization: `Bearer ${this.token}` },
        keepalive: true,
      }).catch(() => undefined)
      this.location = null
    }
  }
}

async function figure(receiver: RTCRtpReceiver, name: string): Promise<number> {
  for (const report of (await receiver.getStats()).values() as Iterable<Record<string, unknown>>) {
    if (report.type === 'inbound-rtp' && typeof report[name] === 'number') return report[name]
  }
  return 0
}

/** All candidates, or those found within a second: the server needs none of ours, it answers where it is asked from. */
function gathered(peer: RTCPeerConnection): Promise<void> {
  if (peer.iceGatheringState === 'complete') return Promise.resolve()
  return new Promise((done) => {
    const timer = window.setTimeout(done, GATHER_MS)
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState !== 'complete') return
      window.clearTimeout(timer)
      done()
    })
  })
}
