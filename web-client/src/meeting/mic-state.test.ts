import { describe, expect, test } from 'vitest'
import { micState, type MicFacts } from './mic-state'
import { at, CHAIR, HEARD, holder, label, listening, ME, NOW, view } from './testing'
import { viewOf } from './state'

/** We hold the floor, opened the microphone here, and are heard. */
function speaking(change: Partial<MicFacts> = {}): MicFacts {
  return { ...listening((view) => view.floor.holders.push(holder(ME)), HEARD), openedHere: true, ...change }
}

describe('each state of the block', () => {
  test('listening: the microphone is off', () => {
    expect(micState(listening())).toEqual({ kind: 'off' })
  })

  test('invited: the chair gave the floor and nobody has opened the microphone', () => {
    const facts = listening((view) =>
      view.floor.holders.push(holder(ME, { state: 'invited', speaking_since: null, reminded: 1 })),
    )
    expect(micState(facts)).toEqual({ kind: 'invited', reminded: true })
  })

  test('speaking: time spoken and time left by the server’s clock', () => {
    expect(micState(speaking())).toEqual({ kind: 'speaking', elapsed: 161, remaining: 139, limit: 300 })
  })

  test('the last 30 seconds, and after them', () => {
    expect(micState(speaking({ serverNow: NOW + 109_000 })).kind).toBe('ending')
    expect(micState(speaking({ serverNow: NOW + 139_000 }))).toMatchObject({ kind: 'ending', remaining: 0 })
    expect(micState(speaking({ serverNow: NOW + 159_000 }))).toMatchObject({ kind: 'over', over: 20 })
  })

  test('muted by the chair: what was said stays counted', () => {
    const facts = listening((view) => {
      view.me.muted_by_chair = { at: at(-3), spoke_seconds: 161 }
    })
    expect(micState(facts)).toEqual({ kind: 'muted', spoke: 161 })
  })

  test('weak link: the own picture was given up, or only sound arrives', () => {
    expect(micState(listening(undefined, { cameraReduced: true }))).toEqual({ kind: 'weak', byUs: true })
    const quality = { state: 'audio_only', rtt_ms: 90, loss_down: 0.2, loss_up: 0, estimate_kbps: 90, video_paused: true } as const
    expect(micState(listening(undefined, { quality }))).toEqual({ kind: 'weak', byUs: false })
  })

  test('reconnecting: nothing for 2 s, then seconds, after a minute a way out', () => {
    const away = (seconds: number): MicFacts => ({
      ...listening((view) => view.floor.queue.push({ label: ME, raised_at: at(-60) })),
      status: { kind: 'reconnecting', since: NOW - seconds * 1_000, restarting: false },
    })
    expect(micState(away(1))).toEqual({ kind: 'off' })
    expect(micState(away(12))).toEqual({ kind: 'reconnecting', seconds: 12, queued: true })
    expect(micState(away(61))).toEqual({ kind: 'lost', seconds: 61 })
  })

  test('a restart that was announced is said at once', () => {
    const facts = { ...listening(), status: { kind: 'reconnecting', since: NOW - 500, restarting: true } } as const
    expect(micState(facts)).toEqual({ kind: 'restarting', seconds: 0 })
  })

  test('reconnecting also when only the media path broke', () => {
    expect(micState(listening(undefined, { phase: 'recovering', since: NOW - 5_000 }))).toMatchObject({
      kind: 'reconnecting',
      seconds: 5,
    })
  })

  test('waiting in the lobby', () => {
    const facts = listening((view) => {
      view.me.admitted = false
    })
    expect(micState(facts)).toEqual({ kind: 'waiting', since: null })
  })

  test('no camera: said for a while, then the microphone’s own state comes back', () => {
    const facts = { ...listening(undefined, { camera: 'missing' }), cameraNoticeUntil: NOW + 5_000 }
    expect(micState(facts)).toEqual({ kind: 'no_camera', denied: false })
    expect(micState({ ...facts, now: NOW + 6_000, serverNow: NOW + 6_000 })).toEqual({ kind: 'off' })
  })

  test('no microphone, or not allowed', () => {
    expect(micState(listening(undefined, { microphone: 'missing' }))).toEqual({ kind: 'no_microphone', denied: false })
    expect(micState(listening(undefined, { microphone: 'denied' }))).toEqual({ kind: 'no_microphone', denied: true })
  })

  test('the session is over', () => {
    const facts: MicFacts = { ...listening(), status: { kind: 'ended', reason: 'ended' } }
    expect(micState(facts)).toEqual({ kind: 'ended', reason: 'ended' })
  })
})

describe('nothing is claimed that the server has not confirmed', () => {
  const doubts: [string, MicFacts['media']][] = [
    ['the server does not forward', { ...speaking().media, micForwarded: false }],
    ['no packets leave', { ...speaking().media, sending: 'silent' }],
    ['the microphone is closed', { ...speaking().media, micOpen: false }],
  ]
  test.each(doubts)('%s: after 2 s it is not "speaking"', (_, media) => {
    const fresh = { ...media, sendingSince: NOW - 1_000 }
    expect(micState(speaking({ media: fresh })).kind).toBe('speaking')
    const old = { ...media, sendingSince: NOW - 2_500 }
    expect(micState(speaking({ media: old }))).toMatchObject({ kind: 'reconnecting', seconds: 2 })
  })

  test('between the press and the server’s word it says that the microphone is being opened', () => {
    const facts = listening((view) => view.floor.holders.push(holder(ME, { state: 'invited', speaking_since: null })), {
      micOpen: true,
      sendingSince: NOW - 500,
    })
    expect(micState({ ...facts, openedHere: true })).toEqual({ kind: 'opening' })
  })

  test('a page that was reloaded in mid-speech keeps the floor, and its microphone closed', () => {
    expect(micState(speaking({ openedHere: false }))).toEqual({ kind: 'paused' })
  })

  test('somebody else’s floor is not ours', () => {
    const facts = listening((view) => view.floor.holders.push(holder(label('other', 'Lào Cai'))), HEARD)
    expect(micState(facts)).toEqual({ kind: 'off' })
  })
})

describe('the chair', () => {
  test('is heard with an open microphone and no grant', () => {
    const facts = listening(undefined, HEARD)
    const seen = view(CHAIR)
    seen.floor.chair_mic = true
    expect(micState({ ...facts, view: viewOf(seen) })).toMatchObject({ kind: 'speaking', limit: 0 })
  })

  test('of an attached briefing does not take the parent’s chair’s microphone for its own', () => {
    const seen = view(label('child-chair', 'Lào Cai', 'chair'))
    seen.floor.chair_mic = true
    expect(micState({ ...listening(undefined, HEARD), view: viewOf(seen) })).toEqual({ kind: 'off' })
  })
})
