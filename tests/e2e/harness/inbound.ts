import type { Page } from '@playwright/test'

/** What `getStats` says of one received stream. */
export interface Inbound {
  kind: string
  mimeType: string
  packetsReceived: number
  framesDecoded: number
  frameHeight: number
  freezeCount: number
  concealedSamples: number
  /** For sound: mostly repeated voices whose original had come. */
  packetsDiscarded: number
  /** Grows by the square of the loudness, 0 to 1, each second. */
  totalAudioEnergy: number
  totalSamplesReceived: number
}

/** Notes the connections that the page will make; to be called before it goes anywhere. */
export async function observe(page: Page): Promise<void> {
  await page.addInitScript(noteConnections)
}

/** Runs in a page. */
export function noteConnections(): void {
  const Original = RTCPeerConnection
  const made: RTCPeerConnection[] = []
  Object.assign(window, { made })
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      made.push(this)
    }
  }
}

/** The streams of the page's newest connection that receive anything, the one with most packets first. */
export async function inbound(page: Page, kind: 'audio' | 'video'): Promise<Inbound[]> {
  return page.evaluate(readInbound, kind)
}

/** Runs in a page. */
export async function readInbound(kind: 'audio' | 'video'): Promise<Inbound[]> {
  const connection = (window as unknown as { made: RTCPeerConnection[] }).made.at(-1)
  if (!connection) return []
  const report = await connection.getStats()
  const entries = [...(report as unknown as Map<string, Record<string, unknown>>).values()]
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
  return entries
    .filter((entry) => entry.type === 'inbound-rtp' && entry.kind === kind && number(entry.packetsReceived) > 0)
    .map((entry) => ({
      kind,
      mimeType: text(entries.find((codec) => codec.id === entry.codecId)?.mimeType).toLowerCase(),
      packetsReceived: number(entry.packetsReceived),
      framesDecoded: number(entry.framesDecoded),
      frameHeight: number(entry.frameHeight),
      freezeCount: number(entry.freezeCount),
      concealedSamples: number(entry.concealedSamples),
      packetsDiscarded: number(entry.packetsDiscarded),
      totalAudioEnergy: number(entry.totalAudioEnergy),
      totalSamplesReceived: number(entry.totalSamplesReceived),
    }))
    .sort((a, b) => b.packetsReceived - a.packetsReceived)
}
