/** What one second of `getStats` says, as far as a person needs it. */
export interface MediaFigures {
  /** Milliseconds of this page's clock. */
  at: number
  audioPacketsSent: number
  /** When the far end last reported on our microphone's packets; null until it does. */
  audioReportAt: number | null
  /** Share of our microphone's packets that the far end missed, 0 to 1. */
  audioLossUp: number
  availableOutgoingKbps: number | null
  framesDecoded: number
  freezes: number
  freezeSeconds: number
  videoPacketsLost: number
}

export const NO_FIGURES: MediaFigures = {
  at: 0,
  audioPacketsSent: 0,
  audioReportAt: null,
  audioLossUp: 0,
  availableOutgoingKbps: null,
  framesDecoded: 0,
  freezes: 0,
  freezeSeconds: 0,
  videoPacketsLost: 0,
}

type Entry = Record<string, unknown> & { type: string }

/** Digests one report. `report` is what `RTCPeerConnection.getStats()` resolves with, or its values. */
export function digest(report: Iterable<Entry>, at: number): MediaFigures {
  const figures = { ...NO_FIGURES, at }
  for (const entry of report) {
    if (entry.type === 'outbound-rtp' && entry.kind === 'audio') {
      figures.audioPacketsSent += numberIn(entry, 'packetsSent')
    } else if (entry.type === 'remote-inbound-rtp' && entry.kind === 'audio') {
      figures.audioReportAt = numberIn(entry, 'timestamp') || null
      figures.audioLossUp = numberIn(entry, 'fractionLost')
    } else if (entry.type === 'candidate-pair' && entry.availableOutgoingBitrate !== undefined) {
      figures.availableOutgoingKbps = Math.round(numberIn(entry, 'availableOutgoingBitrate') / 1_000)
    } else if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
      figures.framesDecoded += numberIn(entry, 'framesDecoded')
      figures.freezes += numberIn(entry, 'freezeCount')
      figures.freezeSeconds += numberIn(entry, 'totalFreezesDuration')
      figures.videoPacketsLost += numberIn(entry, 'packetsLost')
    }
  }
  return figures
}

function numberIn(entry: Entry, key: string): number {
  const value = entry[key]
  return typeof value === 'number' && Number.isFinite(value) ? value : 0
}

/** A report older than this no longer proves anything; receivers report on audio about every 5 s. */
const REPORT_VALID_MS = 8_000

/**
 * Whether our microphone's packets leave and arrive.
 * - `arriving`: packets are sent and the far end's reports confirm them;
 * - `leaving`: packets are sent, the far end has not reported (yet);
 * - `silent`: nothing is sent.
 */
export type Sending = 'silent' | 'leaving' | 'arriving'

export function sendingOf(before: MediaFigures, now: MediaFigures): Sending {
  if (now.audioPacketsSent <= before.audioPacketsSent) return 'silent'
  const reported = now.audioReportAt !== null && now.at - now.audioReportAt < REPORT_VALID_MS
  return reported && now.audioLossUp < 0.5 ? 'arriving' : 'leaving'
}
