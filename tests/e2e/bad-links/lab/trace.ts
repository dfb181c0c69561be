import { setTimeout as sleep } from 'node:timers/promises'
import { figures, framesShown, type Figures } from './figures.ts'
import type { Seat } from './lab.ts'

/** One second of a viewer. */
export interface Second {
  at: number
  kbps: number
  fps: number
  width: number
  contentFps: number
  thumbnailFps: number
  /** The longest wait in the cable's queue, ms. */
  wait: number
  concealed: number
  lost: number
}

/** Watches a viewer for some seconds; `LAB_TRACE=1` prints each. */
export async function trace(seat: Seat, seconds: number): Promise<Second[]> {
  const rows: Second[] = []
  let before = await figures(seat.page)
  for (let second = 0; second < seconds; second += 1) {
    await sleep(1_000 - (Date.now() % 1_000))
    const after = await figures(seat.page)
    const row = await between(seat, before, after)
    if (process.env.LAB_TRACE) console.log(JSON.stringify(row))
    rows.push(row)
    before = after
  }
  return rows
}

async function between(seat: Seat, before: Figures, after: Figures): Promise<Second> {
  const seconds = (after.at - before.at) / 1_000
  const tenths = seat.point.carried(before.at).filter((tenth) => tenth.at <= after.at)
  const octets = tenths.reduce((sum, tenth) => sum + tenth.octets, 0)
  const round = (value: number): number => Math.round(value * 10) / 10
  return {
    at: after.at,
    kbps: Math.round((octets * 8) / seconds / 1_000),
    fps: round((await framesShown(seat.page, before.at, after.at)) / seconds),
    width: after.main.width,
    contentFps: round((after.content.frames - before.content.frames) / seconds),
    thumbnailFps: round((after.thumbnailFrames - before.thumbnailFrames) / seconds),
    wait: Math.max(0, ...tenths.map((tenth) => tenth.waitMs)),
    concealed: Math.round(((after.concealed - before.concealed) / Math.max(1, after.samples - before.samples)) * 1_000) / 1_000,
    lost: after.main.packetsLost - before.main.packetsLost,
  }
}

/** Prints a row's figures for the note. */
export function spoken(row: string, values: Record<string, number | string>): void {
  const words = Object.entries(values).map(([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 10_000) / 10_000 : value}`)
  console.log(`    ${row}: ${words.join(', ')}`)
}
