import { describe, expect, test } from 'vitest'
import { countdown } from './countdown'
import { levelOf, lumaOf } from './measure'
import { median } from './network'
import { refusalOf } from './preview'
import { cameraVerdict, micVerdict, networkVerdict } from './verdicts'

describe('the network verdict', () => {
  const link = (downKbps: number, upKbps: number, rttMs: number) => networkVerdict({ downKbps, upKbps, rttMs }, false)

  test('a commune’s 2 Mb/s line holds a meeting, with a picture that may blur', () => {
    expect(link(2000, 2000, 40)).toEqual({ tone: 'warn', key: 'weak' })
  })
  test('a good line is good; a slow answer spoils it', () => {
    expect(link(20_000, 10_000, 30).key).toBe('good')
    expect(link(20_000, 10_000, 400).key).toBe('weak')
  })
  test('128 kb/s is enough for sound only', () => expect(link(128, 128, 80).key).toBe('audio'))
  test('the weaker direction decides', () => expect(link(20_000, 200, 30).key).toBe('audio'))
  test('no server is said as such, and measuring is no verdict', () => {
    expect(networkVerdict(null, true).key).toBe('unreachable')
    expect(networkVerdict(null, false).tone).toBe('wait')
  })
})

describe('camera and microphone', () => {
  test('a dark room is warned about, a missing camera is no failure', () => {
    expect(cameraVerdict('ready', true, 0.05)).toEqual({ tone: 'warn', key: 'dark' })
    expect(cameraVerdict('ready', true, 0.4)).toEqual({ tone: 'ok', key: 'ok' })
    expect(cameraVerdict('missing', true, null).tone).toBe('warn')
    expect(cameraVerdict('ready', false, 0.4).key).toBe('off')
  })
  test('a microphone is good only once something was heard', () => {
    expect(micVerdict('ready', false).key).toBe('silent')
    expect(micVerdict('ready', true)).toEqual({ tone: 'ok', key: 'ok' })
  })
  test('the browser’s refusals are told apart', () => {
    expect(refusalOf(new DOMException('', 'NotAllowedError'))).toBe('denied')
    expect(refusalOf(new DOMException('', 'NotFoundError'))).toBe('missing')
    expect(refusalOf(new DOMException('', 'NotReadableError'))).toBe('busy')
  })
})

test('the meter is empty in silence and full at a raised voice', () => {
  expect(levelOf(new Float32Array(1024))).toBe(0)
  expect(levelOf(new Float32Array(1024).fill(0.5))).toBe(1)
  const talk = levelOf(new Float32Array(1024).fill(0.03))
  expect(talk).toBeGreaterThan(0.4)
  expect(talk).toBeLessThan(0.8)
})

test('brightness runs from black to white', () => {
  expect(lumaOf(new Uint8ClampedArray([0, 0, 0, 255]))).toBe(0)
  expect(lumaOf(new Uint8ClampedArray([255, 255, 255, 255]))).toBeCloseTo(1)
})

test('one slow round trip does not spoil the median', () => expect(median([20, 900, 22, 19, 21])).toBe(21))

test('the countdown speaks in the unit that matters', () => {
  const start = '2026-11-24T01:30:00Z'
  expect(countdown(start, new Date('2026-11-24T01:26:10Z'))).toEqual({ kind: 'minutes', count: 4 })
  expect(countdown(start, new Date('2026-11-23T22:00:00Z'))).toEqual({ kind: 'hours', count: 3 })
  expect(countdown(start, new Date('2026-11-20T01:30:00Z'))).toEqual({ kind: 'days', count: 4 })
  expect(countdown(start, new Date('2026-11-24T01:30:20Z'))).toEqual({ kind: 'now' })
  expect(countdown(start, new Date('2026-11-24T01:45:00Z'))).toEqual({ kind: 'late', count: 15 })
})
