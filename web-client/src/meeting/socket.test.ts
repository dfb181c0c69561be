// @vitest-environment node
import { WebSocket } from 'undici'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Change, View } from '../protocol/generated'
import { AccessRefused, accessFrom } from './access'
import { MeetingSocket, type SocketStatus } from './socket'
import { at, view } from './testing'
import { socketServer, type Peer, type SocketServer } from './testing-socket-server'

// jsdom's WebSocket cannot dispatch its own events under Vitest: the client runs on Node's, with the little of a page it needs.
const page = new EventTarget()
Object.assign(globalThis, {
  WebSocket,
  navigator: { userAgent: 'test' },
  document: Object.assign(new EventTarget(), { visibilityState: 'visible' }),
  addEventListener: page.addEventListener.bind(page),
  removeEventListener: page.removeEventListener.bind(page),
})

let server: SocketServer
let socket: MeetingSocket
let statuses: SocketStatus['kind'][]
let views: View[]
let deltas: Change[][]
let joins: number

beforeEach(async () => {
  server = await socketServer()
  statuses = []
  views = []
  deltas = []
  joins = 0
  socket = new MeetingSocket(
    accessFrom(() => {
      joins += 1
      return Promise.resolve({ token: `token-${joins}`, wsUrl: server.url, iceServers: [] })
    }),
    {
      status: (status) => statuses.push(status.kind),
      welcome: (seen) => views.push(seen),
      changes: (changes, resumed) => {
        if (resumed) deltas.push(changes)
      },
      media: () => undefined,
    },
  )
})

afterEach(() => {
  socket.stop()
  server.stop()
})

function welcome(peer: Peer, seq: number): void {
  peer.send({ type: 'welcome', resume: 'come-back', seq, now: at(0), grace_seconds: 60, view: view() })
}

/** The next message that is not a ping. */
async function said(peer: Peer): Promise<Record<string, unknown>> {
  for (;;) {
    const message = await peer.next()
    if (message.type !== 'ping') return message
  }
}

test('says hello with the join token, takes the view, and is live', async () => {
  socket.start()
  const peer = await server.accept()
  expect(await said(peer)).toMatchObject({ type: 'hello', protocol: 1, token: 'token-1' })
  welcome(peer, 7)
  await expect.poll(() => statuses).toEqual(['connecting', 'live'])
  expect(views).toHaveLength(1)
})

test('a cut connection comes back by itself with what it last saw, and an unanswered command is sent again', async () => {
  socket.start()
  const first = await server.accept()
  await said(first)
  welcome(first, 7)
  const outcome = socket.command({ type: 'raise_hand' })
  const sent = await said(first)
  expect(sent).toMatchObject({ type: 'command', command: { type: 'raise_hand' } })
  first.send({ type: 'update', seq: 8, now: at(1), changes: [] })
  await expect.poll(() => statuses.at(-1)).toBe('live')
  first.cut()

  const second = await server.accept()
  expect(await said(second)).toMatchObject({ type: 'hello', resume: { token: 'come-back', seq: 8 } })
  expect(statuses.at(-1)).toBe('reconnecting')
  second.send({ type: 'resumed', resume: 'again', seq: 9, now: at(2), grace_seconds: 60, changes: [{ section: 'phase', value: 'adjourned' }] })
  expect(await said(second)).toEqual(sent)
  second.send({ type: 'reply', id: sent.id, outcome: { type: 'done' } })
  expect(await outcome).toEqual({ type: 'done' })
  expect(deltas).toEqual([[{ section: 'phase', value: 'adjourned' }]])
  expect(joins).toBe(1)
})

/** A live socket whose pings so far are all heard; answers none by itself. */
async function live(): Promise<Peer> {
  socket.start()
  const peer = await server.accept()
  await said(peer)
  welcome(peer, 7)
  expect(await peer.next()).toMatchObject({ type: 'ping' })
  return peer
}

test('a doubted socket that answers stays the only one', async () => {
  const peer = await live()
  socket.doubt()
  const { n } = await peer.next()
  peer.send({ type: 'pong', n, now: at(1) })
  await sleep(600)
  expect(server.accepted).toBe(1)
  expect(statuses).toEqual(['connecting', 'live'])
})

test('on a congested link the doubted socket answers late, but before another is open: it keeps the seat', async () => {
  const peer = await live()
  server.delayMs = 700
  socket.doubt()
  const { n } = await peer.next()
  await sleep(600)
  peer.send({ type: 'pong', n, now: at(1) })
  await sleep(800)
  expect(statuses).toEqual(['connecting', 'live'])
  const outcome = socket.command({ type: 'raise_hand' })
  const { id } = await said(peer)
  peer.send({ type: 'reply', id, outcome: { type: 'done' } })
  expect(await outcome).toEqual({ type: 'done' })
})

test('a doubted socket that is dead is replaced within half a second, and the seat comes along', async () => {
  await live()
  const asked = Date.now()
  socket.doubt()
  const second = await server.accept()
  expect(await said(second)).toMatchObject({ type: 'hello', token: 'token-1', resume: { token: 'come-back', seq: 7 } })
  expect(Date.now() - asked).toBeLessThan(500)
  second.send({ type: 'resumed', resume: 'again', seq: 8, now: at(2), grace_seconds: 60, changes: [] })
  await expect.poll(() => statuses).toEqual(['connecting', 'live', 'reconnecting', 'live'])
})

test('a server that restarts is waited for, and says so', async () => {
  socket.start()
  const first = await server.accept()
  await said(first)
  welcome(first, 7)
  first.send({ type: 'goodbye', reason: 'restarting' })
  first.cut()
  await expect.poll(() => socket.status).toMatchObject({ kind: 'reconnecting', restarting: true })
  const second = await server.accept()
  expect(await said(second)).toMatchObject({ type: 'hello', token: 'token-1', resume: { token: 'come-back', seq: 7 } })
})

test('a token that is no longer taken is renewed, without the old resume', async () => {
  socket.start()
  const first = await server.accept()
  await said(first)
  welcome(first, 7)
  first.send({ type: 'goodbye', reason: 'bad_token' })
  first.cut()
  const second = await server.accept()
  const hello = await said(second)
  expect(hello).toMatchObject({ token: 'token-2' })
  expect(hello).not.toHaveProperty('resume')
})

test('whoever was replaced in another window does not fight for the seat', async () => {
  socket.start()
  const peer = await server.accept()
  await said(peer)
  welcome(peer, 7)
  peer.send({ type: 'goodbye', reason: 'replaced' })
  await expect.poll(() => socket.status).toEqual({ kind: 'ended', reason: 'replaced' })
  expect(await socket.command({ type: 'raise_hand' })).toEqual({ type: 'refused', code: 'ended' })
})

test('a refused offer is refused; an answered one gives the answer', async () => {
  socket.start()
  const peer = await server.accept()
  await said(peer)
  welcome(peer, 7)
  await expect.poll(() => socket.status.kind).toBe('live')
  const refused = socket.offer('v=0')
  const request = await said(peer)
  expect(request).toMatchObject({ type: 'media', media: { type: 'offer', sdp: 'v=0' } })
  peer.send({ type: 'reply', id: request.id, outcome: { type: 'refused', code: 'media_refused' } })
  await expect(refused).rejects.toMatchObject({ code: 'media_refused' })
  const answered = socket.offer('v=1')
  const { id } = await said(peer)
  peer.send({ type: 'media', media: { type: 'answer', id, sdp: 'answer' } })
  expect(await answered).toBe('answer')
})

test('who is not invited is told so, and not tried again', async () => {
  const ended: SocketStatus[] = []
  const refused = new MeetingSocket(
    accessFrom(() => Promise.reject(new AccessRefused('not_invited'))),
    { status: (status) => ended.push(status), welcome: () => undefined, changes: () => undefined, media: () => undefined },
  )
  refused.start()
  await expect.poll(() => ended.at(-1)).toEqual({ kind: 'ended', reason: { refused: 'not_invited' } })
})
