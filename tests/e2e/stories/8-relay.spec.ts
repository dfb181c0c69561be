import { expect, test, type Page } from '@playwright/test'
import { Gathering } from '../harness/briefing.ts'
import { attend } from '../harness/room.ts'
import { Turn } from '../harness/turn.ts'
import type { Who } from '../harness/people.ts'

interface Path {
  local: string
  received: number
  frames: number
}

/** A page that may reach the server only through a relay, as behind a firewall that lets nothing else out. */
async function relayedSeat(gathering: Gathering, who: Who): Promise<Page> {
  const page = await gathering.page(who)
  await page.addInitScript(() => {
    const Native = window.RTCPeerConnection
    const peers: RTCPeerConnection[] = []
    Object.assign(window, { peers })
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: 'relay' })
        peers.push(this)
      }
    }
  })
  await attend(page, who, gathering.briefing)
  return page
}

/** How the page's newest connection reaches the server, and what came that way. */
function path(page: Page): Promise<Path | null> {
  return page.evaluate(async () => {
    const { peers } = window as unknown as { peers: RTCPeerConnection[] }
    const peer = peers.at(-1)
    if (peer === undefined) return null
    const all = [...(await peer.getStats()).values()] as Record<string, unknown>[]
    const transport = all.find((row) => row.type === 'transport')
    const pair = all.find((row) => row.id === transport?.selectedCandidatePairId)
    const local = all.find((row) => row.id === pair?.localCandidateId)
    const frames = all
      .filter((row) => row.type === 'inbound-rtp' && row.kind === 'video')
      .reduce((sum, row) => sum + Number(row.framesDecoded ?? 0), 0)
    return { local: String(local?.candidateType), received: Number(pair?.bytesReceived ?? 0), frames }
  })
}

test('where only the relay can be reached, coturn carries picture and sound both ways', async () => {
  const turn = await Turn.start()
  const gathering = await Gathering.open(undefined, turn.environment)
  try {
    const chair = await relayedSeat(gathering, 'chair')
    const commune = await relayedSeat(gathering, 'commune')
    for (const page of [chair, commune]) await expect.poll(async () => (await path(page))?.local, { timeout: 20_000 }).toBe('relay')
    // The commune sees the chair: what the chair sent came in through the relay, and went out through it again.
    await expect.poll(async () => (await path(commune))?.frames ?? 0, { timeout: 20_000 }).toBeGreaterThan(30)

    const elsewhere = turn.relayTo('127.0.0.9')
    expect(elsewhere.done, elsewhere.log).toBe(false)
    expect(elsewhere.log).toMatch(/403|Forbidden/)
  } finally {
    await gathering.close()
    await turn.stop()
  }
})
