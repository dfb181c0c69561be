import { feel, judge, NO_PULSE, type Path } from './pulse'

const LOOK_EVERY_MS = 200

/** Not in every browser, and not in TypeScript's library. */
const networkInformation = (): EventTarget | undefined =>
  (navigator as Navigator & { connection?: EventTarget }).connection

/** Watches whether a connection's path brings anything, and says once for each silence what to think of it. */
export class PathWatch {
  #pulse = NO_PULSE
  #changedAt = 0
  #said: Path = 'well'
  readonly #ticker = setInterval(() => this.#look(), LOOK_EVERY_MS)

  constructor(
    private readonly connection: RTCPeerConnection,
    private readonly events: { doubtful(): void; dead(): void },
  ) {
    addEventListener('online', this.changed)
    networkInformation()?.addEventListener('change', this.#mayHaveChanged)
  }

  stop(): void {
    clearInterval(this.#ticker)
    removeEventListener('online', this.changed)
    networkInformation()?.removeEventListener('change', this.#mayHaveChanged)
  }

  /** The network is another one, or the control connection found that the old one is gone: silence now means a dead path. */
  readonly changed = (): void => {
    this.#changedAt = Date.now()
    this.#said = 'well'
  }

  /** Also said when a link has become slower, which is no reason for more than a question. */
  readonly #mayHaveChanged = (): void => this.events.doubtful()

  #look(): void {
    const at = Date.now()
    const pulse = feel(this.#pulse, newestPacket(this.connection), at)
    if (pulse !== this.#pulse) this.#said = 'well'
    this.#pulse = pulse
    const path = judge(pulse, at, this.#changedAt)
    if (path === this.#said || this.#said === 'dead') return
    this.#said = path
    if (path === 'doubtful') this.events.doubtful()
    else if (path === 'dead') this.events.dead()
  }
}

/** The time of the newest packet of all that are received. It costs far less than `getStats`. */
function newestPacket(connection: RTCPeerConnection): number {
  const times = connection
    .getReceivers()
    .flatMap((receiver) => receiver.getSynchronizationSources().map((source) => source.timestamp))
  return Math.max(0, ...times)
}
