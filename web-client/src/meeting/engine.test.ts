import { expect, test } from 'vitest'
import { webSocketUrl } from './access'
import { backoffMs } from './backoff'
import { GUARD_AT_REST, guardCamera, restoreCamera } from './camera-guard'
import { ServerClock } from './clock'
import { levelOf } from './level'
import { fingerprintOf } from './peer'
import { feel, judge, NO_PULSE, type Pulse } from './pulse'
import { remedyFor, type MediaTrouble } from './recovery'
import { bindSlots, emptySlots, slotShowing } from './slots'
import { digest, sendingOf } from './stats'

test('reconnection waits 0.3 s, doubling to 5 s, never all points at once', () => {
  expect(backoffMs(0, 0)).toBe(150)
  expect(backoffMs(0, 0.999)).toBeLessThanOrEqual(300)
  expect(backoffMs(3, 0.999)).toBeGreaterThan(backoffMs(2, 0.999))
  expect(backoffMs(50, 0.999)).toBeLessThanOrEqual(5_000)
})

test('a measured round trip sets the clock; a one-way message only before that', () => {
  let local = 1_000_000
  const clock = new ServerClock(() => local)
  clock.guess(new Date(5_000_000).toISOString())
  expect(clock.now()).toBe(5_000_000)
  local = 1_000_200
  clock.measure(1_000_000, new Date(5_000_150).toISOString())
  expect(clock.now()).toBe(5_000_250)
  clock.guess(new Date(9_000_000).toISOString())
  expect(clock.now()).toBe(5_000_250)
})

test('the WebSocket address follows the page when the server gives a path', () => {
  expect(webSocketUrl('/api/v1/ws', 'https://hop.gov.vn/phien/1/hop')).toBe('wss://hop.gov.vn/api/v1/ws')
  expect(webSocketUrl('http://localhost:8080/api/v1/ws', 'http://x/')).toBe('ws://localhost:8080/api/v1/ws')
  expect(webSocketUrl('wss://a.b/ws', 'http://x/')).toBe('wss://a.b/ws')
})

test('slots: what the server names is bound, what it leaves out is free, an unchanged slot stays the same object', () => {
  const stream = {} as MediaStream
  const empty = emptySlots([
    { kind: 'main', index: 0, stream },
    { kind: 'thumbnail', index: 0, stream },
  ])
  const bound = bindSlots(empty, [
    { kind: 'main', index: 0, seat: 'a', live: true },
    { kind: 'thumbnail', index: 0, seat: 'b', live: false },
  ])
  expect(slotShowing(bound, 'b')).toMatchObject({ kind: 'thumbnail', live: false })
  const next = bindSlots(bound, [{ kind: 'main', index: 0, seat: 'a', live: true }])
  expect(next[0]).toBe(bound[0])
  expect(slotShowing(next, 'b')).toBeUndefined()
})

const unwell: MediaTrouble = { state: 'disconnected', forMs: 0, restarts: 0, sinceRemedyMs: 60_000 }

test('a broken path: ICE restart at once, again after 4 s, then a new connection', () => {
  expect(remedyFor(unwell)).toBe('restart_ice')
  expect(remedyFor({ ...unwell, restarts: 1, sinceRemedyMs: 1_000 })).toBe('wait')
  expect(remedyFor({ ...unwell, restarts: 1, sinceRemedyMs: 5_000 })).toBe('restart_ice')
  expect(remedyFor({ ...unwell, restarts: 2, sinceRemedyMs: 5_000 })).toBe('rebuild')
})

test('a connection that is well or still young is left alone', () => {
  expect(remedyFor({ ...unwell, state: 'connected' })).toBe('wait')
  expect(remedyFor({ ...unwell, state: 'connecting', forMs: 3_000 })).toBe('wait')
  expect(remedyFor({ ...unwell, state: 'new', forMs: 20_000 })).toBe('rebuild')
})

/** Packets played or shown from one time to another, one every so often. */
function flowing(from: number, until: number, everyMs: number, pulse: Pulse = NO_PULSE): Pulse {
  let now = pulse
  for (let at = from; at <= until; at += everyMs) now = feel(now, at, at)
  return now
}

test('what came all the time and stays away for 0.6 s makes a path doubtful', () => {
  const pulse = flowing(1_000, 5_000, 100)
  expect(judge(pulse, 5_500, 0)).toBe('well')
  expect(judge(pulse, 5_700, 0)).toBe('doubtful')
  expect(judge(feel(pulse, 5_000, 5_700), 5_700, 0), 'no newer packet').toBe('doubtful')
  expect(judge(feel(pulse, 5_650, 5_700), 5_700, 0)).toBe('well')
})

test('silence alone never makes a path dead; silence after a change of network does within 0.3 s', () => {
  const pulse = flowing(1_000, 5_000, 100)
  expect(judge(pulse, 60_000, 0)).toBe('doubtful')
  expect(judge(pulse, 5_250, 5_010)).toBe('well')
  expect(judge(pulse, 5_300, 5_010)).toBe('dead')
  expect(judge(flowing(5_100, 9_000, 100, pulse), 9_050, 5_010), 'it went on').toBe('well')
  expect(judge(NO_PULSE, 9_000, 8_000), 'nothing has come yet').toBe('well')
})

test('a path on which little comes is not doubted, nor one that stalls again and again', () => {
  expect(judge(flowing(1_000, 20_200, 400), 20_900, 0), 'a voice that is silent').toBe('well')
  const rare = flowing(1_000, 20_000, 1_000)
  expect(judge(rare, 23_000, 0)).toBe('well')
  // The pauses are forgotten once all goes on for a while.
  expect(judge(flowing(20_100, 25_000, 100, rare), 25_700, 0)).toBe('doubtful')
})

test('the own picture is given up after 6 s of a bad way up, and left on for 30 s once it is asked for again', () => {
  const bad = { loss: 0.3, availableKbps: 400 }
  let guard = guardCamera(GUARD_AT_REST, bad, 0)
  expect(guard.reduced).toBe(false)
  guard = guardCamera(guard, { loss: 0, availableKbps: 400 }, 3_000)
  guard = guardCamera(guard, bad, 4_000)
  expect(guardCamera(guard, bad, 9_000).reduced).toBe(false)
  expect(guardCamera(guard, bad, 10_000).reduced).toBe(true)
  let asked = guardCamera(restoreCamera(20_000), bad, 21_000)
  asked = guardCamera(asked, bad, 40_000)
  expect(asked.reduced).toBe(false)
  expect(guardCamera(asked, bad, 51_000).reduced).toBe(true)
})

const outbound = (packetsSent: number) => ({ type: 'outbound-rtp', kind: 'audio', packetsSent })
const report = (timestamp: number, fractionLost: number) => ({
  type: 'remote-inbound-rtp',
  kind: 'audio',
  timestamp,
  fractionLost,
})

test('packets are known to arrive only while the far end reports on them', () => {
  const before = digest([outbound(100)], 1_000)
  expect(sendingOf(before, digest([outbound(100)], 2_000))).toBe('silent')
  expect(sendingOf(before, digest([outbound(150)], 2_000))).toBe('leaving')
  expect(sendingOf(before, digest([outbound(150), report(1_500, 0.02)], 2_000))).toBe('arriving')
  expect(sendingOf(before, digest([outbound(150), report(1_500, 0.9)], 2_000))).toBe('leaving')
  expect(sendingOf(before, digest([outbound(150), report(1_500, 0)], 20_000))).toBe('leaving')
})

test('figures add up over all pictures received', () => {
  const video = { type: 'inbound-rtp', kind: 'video', framesDecoded: 25, freezeCount: 1, totalFreezesDuration: 0.5 }
  expect(digest([video, video], 0)).toMatchObject({ framesDecoded: 50, freezes: 2, freezeSeconds: 1 })
})

test('the level is 0 in silence and grows with the voice', () => {
  const tone = (amplitude: number) => Float32Array.from({ length: 1_024 }, (_, i) => amplitude * Math.sin(i / 5))
  expect(levelOf(tone(0))).toBe(0)
  expect(levelOf(tone(0.1))).toBeGreaterThan(0.6)
  expect(levelOf(tone(0.5))).toBeGreaterThan(levelOf(tone(0.1)))
  expect(levelOf(tone(1))).toBeLessThanOrEqual(1)
})

test('a server that was restarted is recognised by its fingerprint, at session or media level', () => {
  expect(fingerprintOf('v=0\r\na=fingerprint:sha-256 aa:BB\r\nm=audio')).toBe('AA:BB')
  expect(fingerprintOf('v=0\r\nm=audio\r\n')).toBeNull()
  expect(fingerprintOf(undefined)).toBeNull()
})
