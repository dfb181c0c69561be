import type {
  ClientMessage,
  Command,
  Goodbye,
  MediaNotice,
  MediaRequest,
  Outcome,
  RefusalCode,
  ServerMessage,
  View,
  Change,
} from '../protocol/generated'
import { PROTOCOL } from '../protocol/generated'
import { AccessRefused, type Access, type AccessSource } from './access'
import { backoffMs } from './backoff'
import { ServerClock } from './clock'

const PING_EVERY_MS = 5_000
/** Silence after which the socket is taken for dead: two pings unanswered. */
const SILENCE_MS = 11_000
const HELLO_WITHIN_MS = 10_000
/** How long a doubted socket may take to answer before another is opened beside it. */
const ANSWER_MS = 300
/** How long the other may take to open before one more is tried. */
const RIVAL_MS = 1_000
/** A server that restarts is back in a second or two: waits don't grow beyond those of this attempt. */
const RESTART_ATTEMPT = 1

export type EndReason = Goodbye | { refused: string }

export type SocketStatus =
  /** `since` is in milliseconds of this page's clock. */
  | { kind: 'connecting'; since: number }
  | { kind: 'live'; since: number }
  /** `restarting`: the server said that it goes away for a moment. */
  | { kind: 'reconnecting'; since: number; restarting: boolean }
  | { kind: 'ended'; reason: EndReason }

export interface SocketEvents {
  status(status: SocketStatus): void
  welcome(view: View): void
  /** `resumed` is true for the delta after a reconnection. */
  changes(changes: Change[], resumed: boolean): void
  media(notice: MediaNotice): void
}

interface Pending {
  message: ClientMessage
  resolve: (outcome: Outcome) => void
}

/** Thrown out of a media request that the server refused or that a lost socket swallowed. */
export class MediaRefused extends Error {
  constructor(readonly code: RefusalCode | 'disconnected') {
    super(`media request: ${code}`)
  }
}

/**
 * The control connection. Commands survive a reconnection: whatever has no reply is sent again under the same id, and
 * the server carries it out once. Media requests do not: the media session decides anew after each reconnection.
 */
export class MeetingSocket {
  readonly clock = new ServerClock()
  #status: SocketStatus
  #socket: WebSocket | null = null
  /** Opened beside a socket that is doubted. It says nothing before it has won, so that the seat stays where it is. */
  #rival: WebSocket | null = null
  #doubt: ReturnType<typeof setTimeout> | null = null
  /** Grows with every start and stop: what was begun under an older number is dropped. */
  #run = 0
  #resume: { token: string; seq: number } | null = null
  #attempt = 0
  #access: Access | null = null
  #freshAccess = true
  #restarting = false
  #lastHeard = 0
  #pings = new Map<number, number>()
  #pingNumber = 0
  #ticker: ReturnType<typeof setInterval> | null = null
  #retry: ReturnType<typeof setTimeout> | null = null
  readonly #pending = new Map<string, Pending>()
  readonly #answers = new Map<string, { resolve: (sdp: string) => void; reject: (error: MediaRefused) => void }>()

  constructor(
    private readonly access: AccessSource,
    private readonly events: SocketEvents,
  ) {
    this.#status = { kind: 'connecting', since: Date.now() }
  }

  get status(): SocketStatus {
    return this.#status
  }

  start(): void {
    this.#status = { kind: 'connecting', since: Date.now() }
    this.events.status(this.#status)
    this.#run += 1
    addEventListener('online', this.#hurry)
    document.addEventListener('visibilitychange', this.#hurry)
    void this.#connect()
  }

  /** The person left: over at once, whether or not the server's goodbye still arrives. */
  left(): void {
    if (this.#status.kind !== 'ended') this.#end('left')
  }

  /** Closes for good; the server keeps the seat for the grace period. */
  stop(): void {
    this.#run += 1
    removeEventListener('online', this.#hurry)
    document.removeEventListener('visibilitychange', this.#hurry)
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
    this.#drop()
  }

  /** Finds out whether the socket still answers; if not, one that opens in its stead takes its place. */
  doubt(): void {
    if (this.#status.kind !== 'live' || this.#doubt) return
    this.#doubt = setTimeout(() => this.#challenge(1), ANSWER_MS)
    this.#ping()
  }

  command(command: Command): Promise<Outcome> {
    const message: ClientMessage = { type: 'command', id: crypto.randomUUID(), command }
    if (this.#status.kind === 'ended') return Promise.resolve({ type: 'refused', code: 'ended' })
    return new Promise((resolve) => {
      this.#pending.set(message.id, { message, resolve })
      if (this.#status.kind === 'live') this.#send(message)
    })
  }

  /** Sends an offer; resolves with the server's answer. */
  offer(sdp: string): Promise<string> {
    const id = crypto.randomUUID()
    return new Promise((resolve, reject) => {
      if (this.#status.kind !== 'live') {
        reject(new MediaRefused('disconnected'))
        return
      }
      this.#answers.set(id, { resolve, reject })
      this.#send({ type: 'media', id, media: { type: 'offer', sdp } })
    })
  }

  /** Tells the server that this client goes on without media. */
  stopMedia(): void {
    const media: MediaRequest = { type: 'stop' }
    if (this.#status.kind === 'live') this.#send({ type: 'media', id: crypto.randomUUID(), media })
  }

  async #connect(): Promise<void> {
    this.#retry = null
    const run = this.#run
    try {
      this.#access = await this.access.get(this.#freshAccess)
      this.#freshAccess = false
    } catch (error) {
      if (run !== this.#run) return
      if (error instanceof AccessRefused) this.#end({ refused: error.code })
      else this.#again()
      return
    }
    if (run !== this.#run) return
    this.#adopt(new WebSocket(this.#access.wsUrl), this.#access.token)
  }

  #adopt(socket: WebSocket, token: string): void {
    this.#socket = socket
    this.#lastHeard = Date.now()
    const impatience = setTimeout(() => this.#lost(socket), HELLO_WITHIN_MS)
    const hello = (): void =>
      this.#send({
        type: 'hello',
        protocol: PROTOCOL,
        token,
        ...(this.#resume ? { resume: this.#resume } : {}),
        client: navigator.userAgent.slice(0, 200),
      })
    socket.onmessage = (event) => {
      if (socket !== this.#socket) return
      this.#lastHeard = Date.now()
      this.#trust()
      const message = JSON.parse(String(event.data)) as ServerMessage
      if (message.type === 'welcome' || message.type === 'resumed') clearTimeout(impatience)
      this.#receive(message)
    }
    socket.onclose = () => {
      clearTimeout(impatience)
      this.#lost(socket)
    }
    if (socket.readyState === WebSocket.OPEN) hello()
    else socket.onopen = hello
  }

  /** The socket has not answered. On a slow link it still may, and then it stays. */
  #challenge(attempt: number): void {
    if (!this.#access) return
    const { wsUrl, token } = this.#access
    this.#rival?.close()
    const rival = new WebSocket(wsUrl)
    this.#rival = rival
    rival.onopen = () => {
      if (rival !== this.#rival) return
      this.#rival = null
      this.#drop()
      this.#away()
      this.#adopt(rival, token)
    }
    this.#doubt = setTimeout(() => this.#challenge(attempt + 1), RIVAL_MS * attempt)
  }

  #trust(): void {
    if (this.#doubt) clearTimeout(this.#doubt)
    this.#doubt = null
    this.#rival?.close()
    this.#rival = null
  }

  #receive(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#resume = { token: message.resume, seq: message.seq }
        this.clock.guess(message.now)
        this.events.welcome(message.view)
        this.#live()
        break
      case 'resumed':
        this.#resume = { token: message.resume, seq: message.seq }
        this.clock.guess(message.now)
        this.events.changes(message.changes, true)
        this.#live()
        break
      case 'update':
        if (this.#resume) this.#resume.seq = message.seq
        this.clock.guess(message.now)
        this.events.changes(message.changes, false)
        break
      case 'reply':
        this.#reply(message.id, message.outcome)
        break
      case 'media':
        if (message.media.type === 'answer') this.#answer(message.media.id, message.media.sdp)
        else this.events.media(message.media)
        break
      case 'pong': {
        const sent = this.#pings.get(message.n)
        if (sent !== undefined) this.clock.measure(sent, message.now)
        this.#pings.delete(message.n)
        break
      }
      case 'goodbye':
        this.#goodbye(message.reason)
        break
    }
  }

  #reply(id: string, outcome: Outcome): void {
    this.#pending.get(id)?.resolve(outcome)
    this.#pending.delete(id)
    if (outcome.type === 'refused') {
      this.#answers.get(id)?.reject(new MediaRefused(outcome.code))
      this.#answers.delete(id)
    }
  }

  #answer(id: string, sdp: string): void {
    this.#answers.get(id)?.resolve(sdp)
    this.#answers.delete(id)
  }

  #goodbye(reason: Goodbye): void {
    switch (reason) {
      case 'restarting':
        this.#attempt = 0
        this.#restarting = true
        break
      case 'too_slow':
        break
      case 'bad_token':
      case 'bad_message':
        // A new join gives a new token; what the server could not read must not be repeated as a resume.
        this.#freshAccess = true
        this.#resume = null
        this.#attempt = Math.max(this.#attempt, 2)
        break
      case 'replaced':
      case 'removed':
      case 'refused':
      case 'left':
      case 'ended':
      case 'full':
      case 'too_many':
        this.#end(reason)
    }
  }

  #live(): void {
    this.#attempt = 0
    this.#restarting = false
    this.#set({ kind: 'live', since: Date.now() })
    for (const { message } of this.#pending.values()) this.#send(message)
    this.#ping()
    this.#ticker ??= setInterval(() => this.#ping(), PING_EVERY_MS)
  }

  #ping(): void {
    const socket = this.#socket
    if (socket && Date.now() - this.#lastHeard > SILENCE_MS) {
      this.#lost(socket)
      return
    }
    this.#pingNumber += 1
    this.#pings.clear()
    this.#pings.set(this.#pingNumber, Date.now())
    this.#send({ type: 'ping', n: this.#pingNumber })
  }

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return
    this.#drop()
    if (this.#status.kind === 'ended') return
    this.#again()
  }

  #away(): void {
    if (this.#status.kind !== 'live') return
    const since = Math.min(Date.now(), this.#lastHeard + 1_000)
    this.#set({ kind: 'reconnecting', since, restarting: this.#restarting })
  }

  #again(): void {
    this.#away()
    const wait = backoffMs(this.#restarting ? Math.min(this.#attempt, RESTART_ATTEMPT) : this.#attempt, Math.random())
    this.#attempt += 1
    this.#retry = setTimeout(() => void this.#connect(), wait)
  }

  /** The network came back or the page is looked at again: do not sit out the rest of the wait, nor trust what lived before. */
  readonly #hurry = (): void => {
    this.doubt()
    if (!this.#retry || document.visibilityState === 'hidden') return
    clearTimeout(this.#retry)
    this.#attempt = 0
    void this.#connect()
  }

  #end(reason: EndReason): void {
    this.#set({ kind: 'ended', reason })
    this.stop()
    for (const { resolve } of this.#pending.values()) resolve({ type: 'refused', code: 'ended' })
    this.#pending.clear()
  }

  #drop(): void {
    if (this.#ticker) clearInterval(this.#ticker)
    this.#ticker = null
    this.#trust()
    const socket = this.#socket
    this.#socket = null
    socket?.close()
    for (const { reject } of this.#answers.values()) reject(new MediaRefused('disconnected'))
    this.#answers.clear()
  }

  #set(status: SocketStatus): void {
    this.#status = status
    this.events.status(status)
  }
}
