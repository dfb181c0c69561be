import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

/** One accepted WebSocket of {@link socketServer}: text frames in and out (RFC 6455), enough to hold a client to its word. */
export interface Peer {
  /** The next message, as soon as it is there. */
  next: () => Promise<Record<string, unknown>>
  send: (message: object) => void
  /** Cuts the connection without a word, as a network does. */
  cut: () => void
}

export interface SocketServer {
  url: string
  /** How long a new client waits for the connection to open. */
  delayMs: number
  /** Clients that have connected so far. */
  accepted: number
  /** The next client to connect. */
  accept: () => Promise<Peer>
  stop: () => void
}

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** A real server on a free port of this machine. */
export async function socketServer(): Promise<SocketServer> {
  const peers = waiting<Peer>()
  const server = createServer()
  const controls: SocketServer = {
    url: '',
    delayMs: 0,
    accepted: 0,
    accept: peers.take,
    stop: () => {
      server.close()
      server.closeAllConnections()
    },
  }
  server.on('upgrade', (request, socket: Duplex) => {
    const key = String(request.headers['sec-websocket-key'])
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64')
    socket.on('error', () => undefined)
    setTimeout(() => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      )
      controls.accepted += 1
      peers.put(peerOn(socket))
    }, controls.delayMs)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  controls.url = `ws://127.0.0.1:${port}/`
  return controls
}

function peerOn(socket: Duplex): Peer {
  const messages = waiting<Record<string, unknown>>()
  let buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk])
    for (let frame = frameIn(buffer); frame; frame = frameIn(buffer)) {
      buffer = buffer.subarray(frame.size)
      if (frame.text !== null) messages.put(JSON.parse(frame.text) as Record<string, unknown>)
    }
  })
  return {
    next: messages.take,
    send: (message) => {
      const payload = Buffer.from(JSON.stringify(message))
      const head = payload.length < 126 ? [0x81, payload.length] : [0x81, 126, payload.length >> 8, payload.length & 255]
      socket.write(Buffer.concat([Buffer.from(head), payload]))
    },
    cut: () => socket.destroy(),
  }
}

/** The first frame of what arrived; clients mask theirs. Only text frames have a text. */
function frameIn(buffer: Buffer): { size: number; text: string | null } | null {
  if (buffer.length < 2) return null
  const short = buffer.readUInt8(1) & 127
  const start = short === 126 ? 4 : 2
  if (buffer.length < start + 4) return null
  const length = short === 126 ? buffer.readUInt16BE(2) : short
  const size = start + 4 + length
  if (buffer.length < size) return null
  const mask = buffer.subarray(start, start + 4)
  const payload = Buffer.from(buffer.subarray(start + 4, size).map((byte, i) => byte ^ mask.readUInt8(i % 4)))
  return { size, text: (buffer.readUInt8(0) & 15) === 1 ? payload.toString('utf8') : null }
}

function waiting<T>(): { put: (value: T) => void; take: () => Promise<T> } {
  const values: T[] = []
  const takers: ((value: T) => void)[] = []
  return {
    put: (value) => {
      const taker = takers.shift()
      if (taker) taker(value)
      else values.push(value)
    },
    take: () =>
      new Promise((resolve) => {
        const value = values.shift()
        if (value === undefined) takers.push(resolve)
        else resolve(value)
      }),
  }
}
