import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'

/**
 * A cable for sound and picture that can lose packets. It stands at an address of its own on loopback; the server
 * advertises that one and listens at another.
 */
export class Cable {
  readonly #outside: Socket
  readonly #target: { address: string; port: number }
  readonly #ends = new Map<string, Socket>()
  readonly #losses = new Map<string, number>()
  #closed = false

  private constructor(outside: Socket, target: { address: string; port: number }) {
    this.#outside = outside
    this.#target = target
    outside.on('message', (packet, from) => this.#fromPoint(packet, from))
  }

  static async lay(address: string, target: { address: string; port: number }): Promise<Cable> {
    const outside = createSocket('udp4')
    await new Promise<void>((done, fail) => outside.once('error', fail).bind(target.port, address, done))
    return new Cable(outside, target)
  }

  /** Who uses it, by address and port, the newest last. */
  points(): string[] {
    return [...this.#ends.keys()]
  }

  /** From now on loses this share of the packets to and from one point, 0 to 1. */
  lose(point: string, share: number): void {
    this.#losses.set(point, share)
  }

  close(): void {
    this.#closed = true
    this.#outside.close()
    for (const end of this.#ends.values()) end.close()
  }

  #fromPoint(packet: Buffer, from: RemoteInfo): void {
    const point = `${from.address}:${from.port}`
    let end = this.#ends.get(point)
    if (end === undefined) {
      end = createSocket('udp4')
      this.#ends.set(point, end)
      end.on('message', (answer) => {
        if (!this.#closed && this.#carries(point)) this.#outside.send(answer, from.port, from.address)
      })
      end.on('error', () => undefined)
    }
    if (this.#carries(point)) end.send(packet, this.#target.port, this.#target.address)
  }

  #carries(point: string): boolean {
    return Math.random() >= (this.#losses.get(point) ?? 0)
  }
}
