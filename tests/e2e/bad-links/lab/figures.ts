import type { Page } from '@playwright/test'

/** What a browser has received so far, by its own statistics. */
export interface Figures {
  at: number
  /** Of all audio slots: samples played, and those made up because a packet was missing. */
  samples: number
  concealed: number
  /** Samples of silence played because nothing came. */
  silent: number
  main: Video
  content: Video
  /** Frames of all thumbnails. */
  thumbnailFrames: number
  /** Milliseconds that a sample waits before it is played, on the average since the start. */
  audioDelay: { seconds: number; samples: number }
  receivedOctets: number
  /** Frames sent by layer of the camera, from the lowest. */
  sentFrames: number[]
  /** Sound sent: packets. */
  sentAudio: number
  path: string
  /** From the newest connection's offer until it stood. */
  connectedAfterMs: number
  /** Offers made so far, the first of each connection and those of ICE restarts, and control connections that took the seat. */
  restarts: { offers: number; hellos: number }
}

export interface Video {
  frames: number
  width: number
  freezes: number
  frozenSeconds: number
  packetsLost: number
  nacks: number
  plis: number
}

interface Window_ {
  connections: RTCPeerConnection[]
  shown: number[]
  connectedAfterMs: number
  restarts: { offers: number; hellos: number }
}

/** Runs before the page: keeps its peer connections for the statistics, and counts what it begins anew. */
export function keepConnections(): void {
  const own = window as unknown as Window_
  own.connections = []
  own.restarts = { offers: 0, hellos: 0 }
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      own.connections.push(this)
      const start = Date.now()
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') own.connectedAfterMs = Date.now() - start
      })
    }

    override setLocalDescription(description?: RTCLocalSessionDescriptionInit): Promise<void> {
      own.restarts.offers += 1
      return super.setLocalDescription(description)
    }
  }
  window.WebSocket = class extends window.WebSocket {
    override send(data: string): void {
      if (data.startsWith('{"type":"hello"')) own.restarts.hellos += 1
      super.send(data)
    }
  }
}

/** Waits for the main picture, then notes the time of each frame shown. */
export async function watchFrames(page: Page): Promise<void> {
  await page.waitForFunction(() => [...document.querySelectorAll<HTMLVideoElement>('video[data-testid="main-video"]')].some((video) => video.videoWidth > 2))
  await page.evaluate(() => {
    const own = window as unknown as Window_
    own.shown = []
    const video = [...document.querySelectorAll<HTMLVideoElement>('video[data-testid="main-video"]')].find((one) => one.videoWidth > 2)
    const note = (): void => {
      own.shown.push(Date.now())
      video?.requestVideoFrameCallback(note)
    }
    video?.requestVideoFrameCallback(note)
  })
}

/** The longest time without a new main picture since a time, in milliseconds; the time until now counts. */
export async function longestGap(page: Page, since: number, until = Date.now()): Promise<number> {
  return page.evaluate(
    ([since, until]) => {
      const times = [since, ...(window as unknown as Window_).shown.filter((at) => at > since && at < until), until]
      return Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)))
    },
    [since, until] as const,
  )
}

/** Main pictures shown between two times. */
export async function framesShown(page: Page, since: number, until = Date.now()): Promise<number> {
  return page.evaluate(([since, until]) => (window as unknown as Window_).shown.filter((at) => at > since && at <= until).length, [since, until] as const)
}

export async function figures(page: Page): Promise<Figures> {
  return page.evaluate(async () => {
    const connection = (window as unknown as Window_).connections.findLast((one) => one.connectionState !== 'closed')
    if (!connection) throw new Error('no connection')
    const report = await connection.getStats()
    const all = [...(report as unknown as Map<string, Record<string, unknown>>).values()]
    const number = (value: unknown): number => (typeof value === 'number' ? value : 0)
    const inbound = all.filter((one) => one.type === 'inbound-rtp')
    // The receiving sections follow the microphone, the camera and the content in the order of the protocol.
    const audio = inbound.filter((one) => one.kind === 'audio' && number(one.packetsReceived) > 0)
    const mids = connection.getTransceivers().map((one) => one.mid)
    const firstVideo = connection.getTransceivers().findIndex((one, index) => index > 2 && one.receiver.track.kind === 'video')
    const video = (place: number) => {
      const one = inbound.find((one) => one.kind === 'video' && one.mid === mids[firstVideo + place])
      return {
        frames: number(one?.framesDecoded),
        width: number(one?.frameWidth),
        freezes: number(one?.freezeCount),
        frozenSeconds: number(one?.totalFreezesDuration),
        packetsLost: number(one?.packetsLost),
        nacks: number(one?.nackCount),
        plis: number(one?.pliCount),
      }
    }
    const sum = (rows: Record<string, unknown>[], key: string): number => rows.reduce((total, one) => total + number(one[key]), 0)
    const layers = all.filter((one) => one.type === 'outbound-rtp' && one.kind === 'video' && typeof one.rid === 'string')
    const transport = all.find((one) => one.type === 'transport')
    const pair = all.find((one) => one.id === transport?.selectedCandidatePairId)
    const local = all.find((one) => one.id === pair?.localCandidateId)
    return {
      at: Date.now(),
      samples: sum(audio, 'totalSamplesReceived'),
      concealed: sum(audio, 'concealedSamples') - sum(audio, 'silentConcealedSamples'),
      silent: sum(audio, 'silentConcealedSamples'),
      main: video(0),
      content: video(1),
      thumbnailFrames: inbound.filter((one) => one.kind === 'video' && mids.indexOf(one.mid as string) > firstVideo + 1).reduce((total, one) => total + number(one.framesDecoded), 0),
      audioDelay: { seconds: sum(audio, 'jitterBufferDelay'), samples: sum(audio, 'jitterBufferEmittedCount') },
      receivedOctets: number(pair?.bytesReceived),
      sentFrames: ['l', 'm', 'h'].map((rid) => number(layers.find((one) => one.rid === rid)?.framesSent)),
      sentAudio: sum(all.filter((one) => one.type === 'outbound-rtp' && one.kind === 'audio'), 'packetsSent'),
      path: `${String(local?.protocol)} ${String(local?.address ?? local?.ip)}`,
      connectedAfterMs: (window as unknown as Window_).connectedAfterMs,
      restarts: { ...(window as unknown as Window_).restarts },
    }
  })
}
