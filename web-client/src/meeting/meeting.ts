import type { Command, Outcome, RefusalCode } from '../protocol/generated'
import type { AccessSource } from './access'
import type { DeviceChoice } from './devices'
import { MediaSession, NO_MEDIA, type MediaSnapshot } from './media'
import { micState, type MicState } from './mic-state'
import { myFloor, presides } from './select'
import { slotCounts } from './slots'
import { MeetingSocket, type SocketStatus } from './socket'
import { applyChanges, viewOf, type MeetingView } from './state'
import { createStore, type Store } from './store'

/** What the faces draw from. */
export interface MeetingSnapshot {
  status: SocketStatus
  view: MeetingView | null
  /** When the server was last heard about the view; milliseconds of this page's clock. */
  viewAt: number
  openedHere: boolean
  cameraNoticeUntil: number
  /** The last command that was refused, for one sentence; replaced by the next. */
  refusal: { code: RefusalCode; command: Command['type']; at: number } | null
}

const CAMERA_NOTICE_MS = 20_000
/** Often enough that a second is never shown late by more than this. */
const CLOCK_MS = 200

/** One briefing as this page lives it: the control connection, the media and what a person does. */
export class Meeting {
  readonly snapshot: Store<MeetingSnapshot>
  readonly media: Store<MediaSnapshot> = createStore(NO_MEDIA)
  /** The server's clock, whole seconds as milliseconds since 1970: what countdowns are drawn from. */
  readonly second: Store<number> = createStore(0)
  #clockwork: ReturnType<typeof setInterval> | null = null
  #mediaBegins: ReturnType<typeof setTimeout> | null = null
  readonly #socket: MeetingSocket
  readonly #session: MediaSession

  constructor(
    private readonly access: AccessSource,
    options: { thumbnails: number; devices: DeviceChoice },
  ) {
    this.snapshot = createStore<MeetingSnapshot>({
      status: { kind: 'connecting', since: Date.now() },
      view: null,
      viewAt: 0,
      openedHere: false,
      cameraNoticeUntil: 0,
      refusal: null,
    })
    let iceServers: RTCIceServer[] = []
    const remembering: AccessSource = {
      get: async (fresh) => {
        const given = await this.access.get(fresh)
        iceServers = given.iceServers
        return given
      },
    }
    this.#socket = new MeetingSocket(remembering, {
      status: (status) => this.#statusChanged(status),
      welcome: (view) => this.#welcome(viewOf(view)),
      changes: (changes, resumed) => {
        const { view } = this.snapshot.get()
        if (view) this.#viewChanged(applyChanges(view, changes))
        if (resumed) queueMicrotask(() => this.#session.signalBack(false))
      },
      media: (notice) => this.#session.notice(notice),
    })
    this.#session = new MediaSession(
      this.media,
      {
        offer: (sdp) => this.#socket.offer(sdp),
        live: () => this.#socket.status.kind === 'live',
        doubt: () => this.#socket.doubt(),
        iceServers: () => iceServers,
      },
      slotCounts(options.thumbnails),
      options.devices,
      { contentEnded: () => void this.command({ type: 'stop_share' }) },
    )
  }

  async start(): Promise<void> {
    this.#clockwork ??= setInterval(() => this.#readClock(), CLOCK_MS)
    this.#readClock()
    this.#socket.start()
    await this.#session.openDevices()
    this.#patch({ cameraNoticeUntil: Date.now() + CAMERA_NOTICE_MS })
  }

  stop(): void {
    if (this.#clockwork) clearInterval(this.#clockwork)
    this.#clockwork = null
    if (this.#mediaBegins) clearTimeout(this.#mediaBegins)
    this.#mediaBegins = null
    this.#socket.stop()
    this.#session.close()
  }

  serverNow(): number {
    return this.#socket.clock.now()
  }

  /** The sentence of the state block at this moment. */
  micState(): MicState {
    return micState({
      ...this.snapshot.get(),
      media: this.media.get(),
      now: Date.now(),
      serverNow: this.serverNow(),
    })
  }

  async command(command: Command): Promise<Outcome> {
    const outcome = await this.#socket.command(command)
    if (outcome.type === 'refused')
      this.#patch({ refusal: { code: outcome.code, command: command.type, at: Date.now() } })
    return outcome
  }

  forgetRefusal(): void {
    this.#patch({ refusal: null })
  }

  /** The invited point begins to speak. Its microphone opens at once: it has been forwarded since the grant. */
  async openMic(): Promise<void> {
    const { view } = this.snapshot.get()
    if (!view || !myFloor(view)) return
    this.#patch({ openedHere: true })
    this.#followFloor()
    const outcome = await this.command({ type: 'open_mic' })
    if (outcome.type === 'refused') {
      this.#patch({ openedHere: false })
      this.#followFloor()
    }
  }

  /** Silent for a moment; the floor is kept. */
  pauseMic(): void {
    this.#patch({ openedHere: false })
    this.#followFloor()
  }

  /** Silent at once, and the floor given back as soon as the server hears of it. */
  endMyFloor(): void {
    this.#patch({ openedHere: false })
    this.#followFloor()
    void this.command({ type: 'end_floor', seat: null })
  }

  async setChairMic(on: boolean): Promise<void> {
    if (!on) this.#session.setMicrophone(false)
    await this.command({ type: 'chair_mic', on })
    this.#followFloor()
  }

  setCamera(on: boolean): void {
    this.#session.setCamera(on)
  }

  async retryCamera(): Promise<void> {
    this.#patch({ cameraNoticeUntil: Date.now() + CAMERA_NOTICE_MS })
    await this.#session.retryCamera()
  }

  async retryMicrophone(): Promise<void> {
    await this.#session.retryMicrophone()
  }

  /** Chooses what to show, then asks for leave to show it: one press, and nothing is sent before the approval. */
  async requestShare(): Promise<void> {
    if (!(await this.#session.pickContent())) return
    // Approved before this page was reloaded: the leave still holds.
    if (this.snapshot.get().view?.me.share === 'granted') return this.#session.sendContent()
    const outcome = await this.command({ type: 'request_share' })
    if (outcome.type === 'refused') this.#session.stopContent()
  }

  stopShare(): void {
    this.#session.stopContent()
    void this.command({ type: 'stop_share' })
  }

  /** Takes the seat back from another window, or comes back after the connection was given up. */
  async restart(): Promise<void> {
    this.stop()
    await this.start()
  }

  async leave(): Promise<void> {
    if (this.#socket.status.kind === 'live') await this.command({ type: 'leave' })
    this.#socket.left()
    this.stop()
  }

  #statusChanged(status: SocketStatus): void {
    this.#patch({ status })
    if (status.kind === 'ended') {
      this.#session.setMicrophone(false)
      this.#session.close()
    }
  }

  #welcome(view: MeetingView): void {
    const before = this.snapshot.get().view
    this.#viewChanged(view)
    // Runs after the status became live, since media is only asked for over a live control connection.
    if (before) queueMicrotask(() => this.#session.signalBack(true))
  }

  #viewChanged(view: MeetingView): void {
    const kept = myFloor(view) !== null && this.snapshot.get().openedHere
    this.#patch({ view, viewAt: Date.now(), openedHere: kept })
    // A task of its own: the first view of a large briefing is work enough for one.
    if (view.me.admitted)
      this.#mediaBegins ??= setTimeout(() => {
        this.#mediaBegins = null
        this.#session.connect()
      })
    this.#followFloor()
    this.#followShare(view)
  }

  /** The microphone is open exactly while the server lets it be heard and this page's person has opened it. */
  #followFloor(): void {
    const { view, openedHere } = this.snapshot.get()
    if (!view) return
    const byChair = presides(view) && view.floor.chair_mic
    this.#session.setMicrophone(byChair || (openedHere && myFloor(view) !== null))
  }

  #followShare(view: MeetingView): void {
    const { share } = this.media.get()
    if (view.me.share === 'granted' && share === 'picked') void this.#session.sendContent()
    if (view.me.share === 'denied' && share === 'picked') this.#session.stopContent()
    if (view.me.share !== 'granted' && share === 'sending') this.#session.stopContent()
  }

  #readClock(): void {
    this.second.set(Math.floor(this.serverNow() / 1_000) * 1_000)
  }

  #patch(patch: Partial<MeetingSnapshot>): void {
    this.snapshot.update((snapshot) => ({ ...snapshot, ...patch }))
  }
}
