import type { NetworkResult } from './network'
import type { DeviceState } from './preview'

export type Tone = 'ok' | 'warn' | 'bad' | 'wait'

/** A verdict is two sentences (keys of the catalogue) and a tone; never a figure alone. */
export interface Verdict<Key extends string> {
  tone: Tone
  key: Key
}

export type CameraKey = 'opening' | 'ok' | 'dark' | 'off' | 'denied' | 'missing' | 'busy' | 'insecure'

/** Darker than this, faces cannot be told apart. */
const DARK = 0.12

export function cameraVerdict(state: DeviceState, on: boolean, luma: number | null): Verdict<CameraKey> {
  if (!on) return { tone: 'warn', key: 'off' }
  if (state === 'opening') return { tone: 'wait', key: 'opening' }
  if (state !== 'ready') return { tone: state === 'missing' ? 'warn' : 'bad', key: state }
  return luma !== null && luma < DARK ? { tone: 'warn', key: 'dark' } : { tone: 'ok', key: 'ok' }
}

export type MicKey = 'opening' | 'ok' | 'silent' | 'denied' | 'missing' | 'busy' | 'insecure'

export function micVerdict(state: DeviceState, heard: boolean): Verdict<MicKey> {
  if (state === 'opening') return { tone: 'wait', key: 'opening' }
  if (state !== 'ready') return { tone: 'bad', key: state }
  return heard ? { tone: 'ok', key: 'ok' } : { tone: 'wait', key: 'silent' }
}

export type SpeakerKey = 'untested' | 'played' | 'failed'

export function speakerVerdict(test: SpeakerKey): Verdict<SpeakerKey> {
  return { tone: test === 'played' ? 'ok' : test === 'failed' ? 'bad' : 'wait', key: test }
}

export type NetworkKey = 'testing' | 'good' | 'weak' | 'audio' | 'unreachable'

/** A clear picture of the speaker and readable slides, with room to spare. */
const GOOD = { down: 2500, up: 1500, rtt: 250 }
/** Sound and a small picture. Below it only sound is promised. */
const WEAK = { down: 600, up: 400, rtt: 600 }

export function networkVerdict(result: NetworkResult | null, failed: boolean): Verdict<NetworkKey> {
  if (failed) return { tone: 'bad', key: 'unreachable' }
  if (result === null) return { tone: 'wait', key: 'testing' }
  const reaches = (need: typeof GOOD) =>
    result.downKbps >= need.down && result.upKbps >= need.up && result.rttMs <= need.rtt
  if (reaches(GOOD)) return { tone: 'ok', key: 'good' }
  if (reaches(WEAK)) return { tone: 'warn', key: 'weak' }
  return { tone: 'warn', key: 'audio' }
}
