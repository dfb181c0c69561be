import { createServer, request, type IncomingMessage, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

const PROVINCES = 34
const POINTS = 3_355

type Row = Record<string, unknown> & { point: string; seat: string | null }

interface Welcome {
  type: string
  seq: number
  now: string
  view: { points: Row[]; quality: Record<string, unknown>[]; counts: Record<string, number> }
}

/**
 * Stands before a server and makes of its briefing a national one on the secretary's board: the welcome gets all the rows
 * of the country, and rows change when the test says so. All else goes to the server and comes from it.
 */
export class National {
  readonly base: string
  readonly #http: HttpServer
  readonly #clients = new Set<WebSocket>()
  readonly #rows: Row[] = []
  #seq = 0

  private constructor(http: HttpServer, target: URL) {
    this.#http = http
    this.base = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    const sockets = new WebSocketServer({ noServer: true })
    http.on('upgrade', (incoming, socket, head) => {
      sockets.handleUpgrade(incoming, socket, head, (client) => this.#relay(client, incoming, target))
    })
  }

  static async before(server: string): Promise<National> {
    const target = new URL(server)
    const http = createServer((incoming, answer) => {
      const { method, url, headers } = incoming
      const onward = request({ hostname: target.hostname, port: target.port, method, path: url, headers }, (reply) => {
        answer.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(answer)
      })
      onward.on('error', () => answer.destroy())
      incoming.pipe(onward)
    })
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
    return new National(http, target)
  }

  /** Sends `count` rows and as many figures of links that are others than before. */
  change(count: number, turn: number): void {
    const rows = Array.from({ length: count }, (_, i) => {
      const at = (turn * count + i * 17) % POINTS
      const row = { ...this.#rows[at] } as Row
      row.headcount = 1 + ((turn + i) % 40)
      row.link = ['good', 'blurred', 'audio_only'][(turn + i) % 3]
      this.#rows[at] = row
      return row
    })
    const quality = rows.map((row, i) => figures(row.seat ?? '', turn + i))
    const now = new Date().toISOString()
    const changes = [
      { section: 'points', value: rows },
      { section: 'quality', value: quality },
    ]
    for (const client of this.#clients) client.send(JSON.stringify({ type: 'update', seq: this.#seq, now, changes }))
  }

  close(): void {
    for (const client of this.#clients) client.terminate()
    this.#http.closeAllConnections()
    this.#http.close()
  }

  #relay(client: WebSocket, incoming: IncomingMessage, target: URL): void {
    const headers: Record<string, string> = {}
    for (const name of ['cookie', 'origin', 'user-agent'] as const) {
      const value = incoming.headers[name]
      if (value !== undefined) headers[name] = value
    }
    headers.host = incoming.headers.host ?? ''
    const server = new WebSocket(`ws://${target.host}${incoming.url ?? ''}`, { headers })
    const early: string[] = []
    client.on('message', (data) => {
      const text = String(data)
      if (server.readyState === WebSocket.OPEN) server.send(text)
      else early.push(text)
    })
    server.on('open', () => early.forEach((text) => server.send(text)))
    server.on('message', (data) => {
      const text = this.#national(String(data))
      if (text !== null) client.send(text)
    })
    server.on('close', () => client.close())
    server.on('error', () => client.terminate())
    client.on('close', () => {
      this.#clients.delete(client)
      server.close()
    })
    this.#clients.add(client)
  }

  /** What the client gets instead: all the country's rows, and none of the server's own afterwards. */
  #national(text: string): string | null {
    if (text.startsWith('{"type":"update"')) {
      const update = JSON.parse(text) as { changes: { section: string }[] }
      update.changes = update.changes.filter(({ section }) => !['points', 'quality', 'counts'].includes(section))
      return update.changes.length === 0 ? null : JSON.stringify(update)
    }
    if (!text.startsWith('{"type":"welcome"')) return text
    const welcome = JSON.parse(text) as Welcome
    const [example] = welcome.view.points
    if (example === undefined) return text
    this.#seq = welcome.seq
    this.#rows.splice(0)
    for (let i = 0; i < POINTS; i += 1) this.#rows.push(national(example, i))
    welcome.view.points = this.#rows
    welcome.view.quality = this.#rows.map((row, i) => figures(row.seat ?? '', i))
    welcome.view.counts = { ...welcome.view.counts, points: POINTS, present: POINTS - 57, absent: 57, late: 41, weak: 48, deputised: 210, headcount: 48_216 }
    return JSON.stringify(welcome)
  }
}

const NAMES = ['Mù Cang Chải', 'Chế Tạo', 'Nậm Xé', 'Y Tý', 'Tả Củ Tỷ', 'Mường Khương', 'A Mú Sung', 'Phong Dụ Thượng', 'Âu Lâu', 'Đất Mũi']

function id(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

function national(example: Row, number: number): Row {
  const group = number % PROVINCES
  const absent = number % 59 === 0
  return {
    ...example,
    point: id(number),
    unit: `X${number}`,
    name: `Xã ${NAMES[number % NAMES.length] ?? ''} ${number}`,
    group: `T${group}`,
    group_name: `Tỉnh số ${String(group).padStart(2, '0')}`,
    seat: id(1_000_000 + number),
    presence: absent ? 'absent' : number % 83 === 0 ? 'late' : 'present',
    joined_at: absent ? null : '2026-11-24T01:20:00Z',
    representative: { name: `Người thứ ${number}`, title: 'Chủ tịch UBND xã', deputising: number % 16 === 0 },
    headcount: absent ? null : 4 + (number % 30),
    link: absent ? 'unknown' : number % 71 === 0 ? 'blurred' : 'good',
  }
}

function figures(seat: string, number: number): Record<string, unknown> {
  const bad = number % 9 === 0
  return {
    seat,
    loss_down: bad ? 5 + (number % 12) : 0,
    loss_up: 0,
    jitter_ms: 2 + (number % 9),
    rtt_ms: 20 + (number % 80),
    freezes: bad ? 2 : 0,
    frozen_seconds: bad ? 1 : 0,
    main: bad ? 'low' : 'high',
    sent_kbps: 900 + (number % 50) * 10,
    received_kbps: 300,
    estimate_kbps: 2_400,
  }
}
