import type { LinkQuality, MediaNotice } from '../protocol/generated'
import { GUARD_AT_REST, guardCamera, restoreCamera, type CameraGuard } from './camera-guard'
import { openCamera, openDevices, openMicrophone, type DeviceChoice, type DeviceState } from './devices'
import { PathWatch } from './path-watch'
import { createPeer, fingerprintOf, keepContentSharp, setSending, type Peer } from './peer'
import { remedyFor } from './recovery'
import { bindSlots, emptySlots, NO_SLOTS, type SlotCounts, type SlotMap } from './slots'
import { digest, NO_FIGURES, sendingOf, type MediaFigures, type Sending } from './stats'
import type { Store } from './store'

export type MediaPhase = 'idle' | 'connecting' | 'connected' | 'recovering'

/** Everything about sound and picture that a person may be told. Times are milliseconds of this page's clock. */
export interface MediaSnapshot {
  phase: MediaPhase
  since: number
  slots: SlotMap
  microphone: DeviceState
  microphoneTrack: MediaStreamTrack | null
  /** Whether this page lets the microphone's sound out. */
  micOpen: boolean
  /** Whether the server says that it forwards this microphone. */
  micForwarded: boolean
  sending: Sending
  /** When `sending` or `micForwarded` last changed. */
  sendingSince: number
  camera: DeviceState
  cameraTrack: MediaStreamTrack | null
  /** The person's own switch. */
  cameraOn: boolean
  /** Switched off by us because the way up is too narrow. */
  cameraReduced: boolean
  quality: LinkQuality | null
  loudest: readonly string[]
  /** `picked`: chosen and waiting for approval; `sending`: everybody sees it. */
  share: 'none' | 'picked' | 'sending'
  figures: MediaFigures
}

export const NO_MEDIA: MediaSnapshot = {
  phase: 'idle',
  since: 0,
  slots: NO_SLOTS,
  microphone: 'asking',
  microphoneTrack: null,
  micOpen: false,
  micForwarded: false,
  sending: 'silent',
  sendingSince: 0,
  camera: 'asking',
  cameraTrack: null,
  cameraOn: true,
  cameraReduced: false,
  quality: null,
  loudest: [],
  share: 'none',
  figures: NO_FIGURES,
}

/** What the media session needs from the control connection. */
export interface MediaSignal {
  /** Sends an offer and resolves with the answer. */
  offer(sdp: string): Promise<string>
  live(): boolean
  /** The network may be another one: the control connection may be dead without knowing it. */
  doubt(): void
  iceServers(): RTCIceServer[]
}

const TICK_MS = 1_000

/** One peer connection and the devices behind it, kept alive for as long as the meeting lasts. */
export class MediaSession {
  #peer: Peer | null = null
  #watch: PathWatch | null = null
  #wanted = false
  /** Grows with every opening and closing: devices that arrive after a closing are let go. */
  #run = 0
  #negotiating = false
  #wellAt = 0
  #remedyAt = 0
  #restarts = 0
  #guard: CameraGuard = GUARD_AT_REST
  #content: MediaStreamTrack | null = null
  #ticker: ReturnType<typeof setInterval> | null = null
  #choice: DeviceChoice

  constructor(
    private readonly store: Store<MediaSnapshot>,
    private readonly signal: MediaSignal,
    private readonly counts: SlotCounts,
    choice: DeviceChoice,
    private readonly events: { contentEnded(): void },
  ) {
    this.#choice = choice
    this.#patch({ cameraOn: choice.withCamera })
  }

  /** Opens the devices. The microphone's track stays disabled until the floor is given. */
  async openDevices(): Promise<void> {
    const run = (this.#run += 1)
    // A page that was not loaded over HTTPS has no devices at all.
    if ('mediaDevices' in navigator) navigator.mediaDevices.addEventListener('devicechange', this.#devicesChanged)
    const devices = await openDevices(this.#choice)
    if (run !== this.#run) {
      devices.microphone.track?.stop()
      devices.camera.track?.stop()
      return
    }
    this.#takeMicrophone(devices.microphone)
    this.#takeCamera(devices.camera)
    await this.#applyTracks()
  }

  /** Begins to want a connection; called again it changes nothing. */
  connect(): void {
    this.#wanted = true
    this.#ticker ??= setInterval(() => void this.#tick(), TICK_MS)
    if (!this.#peer) void this.#build()
  }

  /** The control connection came back. A view sent whole means that the server may have forgotten our media. */
  signalBack(forgotten: boolean): void {
    if (!this.#wanted) return
    const peer = this.#peer
    if (!peer || forgotten) {
      void this.#build()
      return
    }
    // An offer of before got no answer: it is sent again.
    if (peer.connection.signalingState === 'have-local-offer') void this.#negotiate(peer, false)
    else if (peer.connection.connectionState !== 'connected') void this.#restartIce()
    else this.#watch?.changed()
  }

  notice(notice: MediaNotice): void {
    switch (notice.type) {
      case 'slots':
        this.store.update((media) => ({ ...media, slots: bindSlots(media.slots, notice.slots) }))
        break
      case 'mic_forwarded':
        if (notice.forwarded !== this.store.get().micForwarded)
          this.#patch({ micForwarded: notice.forwarded, sendingSince: Date.now() })
        break
      case 'quality':
        this.#patch({ quality: notice.quality })
        break
      case 'loudest':
        this.#patch({ loudest: notice.seats })
        break
      case 'renegotiate':
        void this.#restartIce()
        break
      case 'answer':
        break
    }
  }

  /** Lets the microphone's sound out, or stops it at the source. The server enforces the floor in any case. */
  setMicrophone(open: boolean): void {
    const { microphoneTrack, micOpen } = this.store.get()
    if (microphoneTrack) microphoneTrack.enabled = open
    if (micOpen !== open) this.#patch({ micOpen: open, sendingSince: Date.now() })
    void this.#applySending()
  }

  setCamera(on: boolean): void {
    this.#guard = restoreCamera(Date.now())
    this.#patch({ cameraOn: on, cameraReduced: false })
    if (on && !this.store.get().cameraTrack) void this.retryCamera()
    void this.#applySending()
  }

  async retryCamera(): Promise<void> {
    this.#choice = { ...this.#choice, withCamera: true }
    this.#patch({ cameraOn: true, camera: 'asking' })
    this.#takeCamera(await openCamera(this.#choice))
    await this.#applyTracks()
  }

  async retryMicrophone(): Promise<void> {
    this.#takeMicrophone(await openMicrophone(this.#choice))
    await this.#applyTracks()
  }

  /** Lets the person choose a window or screen; false when nothing was chosen. Nothing is sent yet. */
  async pickContent(): Promise<boolean> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({
        video: { width: { ideal: 1920, max: 1920 }, height: { ideal: 1080, max: 1080 }, frameRate: { ideal: 5, max: 5 } },
        audio: false,
      })
      const track = stream.getVideoTracks()[0]
      if (!track) return false
      track.contentHint = 'text'
      track.onended = () => {
        this.stopContent()
        this.events.contentEnded()
      }
      this.#content?.stop()
      this.#content = track
      this.#patch({ share: 'picked' })
      return true
    } catch {
      return false
    }
  }

  /** Approved: what was picked goes to everybody. */
  async sendContent(): Promise<void> {
    if (!this.#content || this.store.get().share === 'sending') return
    this.#patch({ share: 'sending' })
    await this.#applyTracks()
  }

  stopContent(): void {
    if (!this.#content) return
    this.#content.onended = null
    this.#content.stop()
    this.#content = null
    this.#patch({ share: 'none' })
    void this.#applyTracks()
  }

  close(): void {
    this.#run += 1
    this.#wanted = false
    if ('mediaDevices' in navigator) navigator.mediaDevices.removeEventListener('devicechange', this.#devicesChanged)
    if (this.#ticker) clearInterval(this.#ticker)
    this.#ticker = null
    this.stopContent()
    this.#closePeer()
    const { microphoneTrack, cameraTrack } = this.store.get()
    microphoneTrack?.stop()
    cameraTrack?.stop()
    this.store.set({ ...NO_MEDIA, cameraOn: this.#choice.withCamera })
  }

  async #build(): Promise<void> {
    if (!this.signal.live()) return
    this.#closePeer()
    const peer = createPeer(this.signal.iceServers(), this.counts)
    this.#peer = peer
    this.#wellAt = this.#remedyAt = Date.now()
    this.#restarts = 0
    this.#negotiating = false
    peer.connection.onconnectionstatechange = () => this.#connectionChanged(peer)
    this.#watch = new PathWatch(peer.connection, {
      doubtful: () => this.signal.doubt(),
      dead: () => void this.#restartIce(),
    })
    this.#phase(this.store.get().phase === 'idle' ? 'connecting' : 'recovering')
    this.#patch({ slots: emptySlots(peer.receivers), micForwarded: false, figures: NO_FIGURES })
    await this.#applyTracks()
    await this.#negotiate(peer, false)
  }

  /** Without a control connection too: the server takes checks for the answer it gave last, so the path may be back before it. */
  async #restartIce(): Promise<void> {
    if (!this.#peer) return this.#build()
    if (this.#negotiating) return
    this.#restarts += 1
    this.#remedyAt = Date.now()
    await this.#negotiate(this.#peer, true)
  }

  async #negotiate(peer: Peer, iceRestart: boolean): Promise<void> {
    const { connection } = peer
    this.#negotiating = true
    try {
      if (iceRestart || connection.signalingState === 'stable')
        await connection.setLocalDescription(await connection.createOffer({ iceRestart }))
      // The server is reached by its own candidates: the offer goes at once, without waiting for ours.
      const sdp = await this.signal.offer(connection.localDescription?.sdp ?? '')
      if (peer !== this.#peer) return
      const known = fingerprintOf(connection.remoteDescription?.sdp)
      if (known !== null && known !== fingerprintOf(sdp)) {
        void this.#build()
        return
      }
      await connection.setRemoteDescription({ type: 'answer', sdp })
      await this.#applySending()
    } catch {
      // Refused or cut off: the next tick decides, by how long it has been unwell.
      this.#remedyAt = Date.now()
    } finally {
      if (peer === this.#peer) this.#negotiating = false
    }
  }

  #connectionChanged(peer: Peer): void {
    if (peer !== this.#peer) return
    const state = peer.connection.connectionState
    if (state === 'connected') {
      this.#restarts = 0
      this.#wellAt = Date.now()
      this.#phase('connected')
    } else if (state === 'disconnected' || state === 'failed') {
      this.#phase('recovering')
      void this.#restartIce()
    }
  }

  async #tick(): Promise<void> {
    const peer = this.#peer
    if (!peer) {
      if (this.#wanted) await this.#build()
      return
    }
    const now = Date.now()
    const state = peer.connection.connectionState
    if (state === 'connected') {
      this.#wellAt = now
      this.#restarts = 0
    }
    if (this.signal.live()) {
      const remedy = remedyFor({
        state,
        forMs: now - this.#wellAt,
        restarts: this.#restarts,
        sinceRemedyMs: now - this.#remedyAt,
      })
      if (remedy === 'rebuild') return this.#build()
      if (remedy === 'restart_ice') return this.#restartIce()
    }
    await this.#measure(peer)
  }

  async #measure(peer: Peer): Promise<void> {
    const report = await peer.connection.getStats()
    if (peer !== this.#peer) return
    const media = this.store.get()
    const figures = digest(report.values() as Iterable<{ type: string }>, Date.now())
    const sending = sendingOf(media.figures, figures)
    this.#guard = guardCamera(
      this.#guard,
      { loss: media.quality?.loss_up ?? 0, availableKbps: figures.availableOutgoingKbps },
      figures.at,
    )
    const reduced = this.#guard.reduced !== media.cameraReduced
    this.#patch({
      figures,
      sending,
      sendingSince: sending === media.sending ? media.sendingSince : figures.at,
      cameraReduced: this.#guard.reduced,
    })
    if (reduced) await this.#applySending()
  }

  async #applyTracks(): Promise<void> {
    const peer = this.#peer
    if (!peer) return
    const { microphoneTrack, cameraTrack, share } = this.store.get()
    await Promise.all([
      peer.microphone.sender.replaceTrack(microphoneTrack),
      peer.camera.sender.replaceTrack(cameraTrack),
      peer.content.sender.replaceTrack(share === 'sending' ? this.#content : null),
    ])
    await this.#applySending()
  }

  async #applySending(): Promise<void> {
    const peer = this.#peer
    if (!peer) return
    const { micOpen, cameraOn, cameraReduced } = this.store.get()
    const show = cameraOn && !cameraReduced
    if (peer.camera.sender.track) peer.camera.sender.track.enabled = cameraOn
    // A sender that is closed or mid-negotiation refuses; the state is applied again after the answer.
    await setSending(peer.microphone, micOpen).catch(() => undefined)
    await keepContentSharp(peer.content).catch(() => undefined)
    await setSending(peer.camera, show).catch(() => undefined)
  }

  #takeMicrophone(microphone: { state: DeviceState; track: MediaStreamTrack | null }): void {
    const { track, state } = microphone
    if (track) {
      track.enabled = this.store.get().micOpen
      track.onended = () => {
        this.#patch({ microphone: 'missing', microphoneTrack: null })
        void this.retryMicrophone()
      }
    }
    this.#patch({ microphone: state, microphoneTrack: track })
  }

  #takeCamera(camera: { state: DeviceState; track: MediaStreamTrack | null }): void {
    const { track, state } = camera
    if (track) {
      track.contentHint = 'motion'
      track.onended = () => {
        this.#patch({ camera: 'missing', cameraTrack: null })
        void this.#applyTracks()
      }
    }
    this.#patch({ camera: state, cameraTrack: track })
  }

  /** Something was plugged in: whoever was missing is looked for again. */
  readonly #devicesChanged = (): void => {
    const { microphone, camera, cameraOn } = this.store.get()
    if (microphone === 'missing' || microphone === 'busy') void this.retryMicrophone()
    if (cameraOn && (camera === 'missing' || camera === 'busy')) void this.retryCamera()
  }

  #closePeer(): void {
    if (!this.#peer) return
    this.#watch?.stop()
    this.#watch = null
    this.#peer.connection.onconnectionstatechange = null
    this.#peer.connection.close()
    this.#peer = null
  }

  #phase(phase: MediaPhase): void {
    if (this.store.get().phase !== phase) this.#patch({ phase, since: Date.now() })
  }

  #patch(patch: Partial<MediaSnapshot>): void {
    this.store.update((media) => ({ ...media, ...patch }))
  }
}
