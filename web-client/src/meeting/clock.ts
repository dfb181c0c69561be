/**
 * The server's clock as this page can tell it. Countdowns and speaking times are measured by the server, so a PC whose
 * clock is wrong by minutes must still show what everybody else sees.
 */
export class ServerClock {
  #offsetMs = 0
  #measured = false

  constructor(private readonly local: () => number = () => Date.now()) {}

  /** A first guess from a message that travelled one way; a measured round trip is never overwritten by it. */
  guess(serverNow: string): void {
    if (!this.#measured) this.#offsetMs = Date.parse(serverNow) - this.local()
  }

  /** A round trip: the server read its clock about half-way between sending and receiving. */
  measure(sentAtMs: number, serverNow: string): void {
    this.#offsetMs = Date.parse(serverNow) - (sentAtMs + this.local()) / 2
    this.#measured = true
  }

  /** Milliseconds since 1970 by the server's clock. */
  now(): number {
    return this.local() + this.#offsetMs
  }
}
