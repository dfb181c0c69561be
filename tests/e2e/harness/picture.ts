import { expect, type Page } from '@playwright/test'
import { CELL } from './inputs.ts'
import { PEOPLE, type Person, type Who } from './people.ts'

/** What a video element shows at this moment, read out of its decoded pixels. */
export interface Seen {
  width: number
  height: number
  /** Mean colour of the middle. */
  colour: [number, number, number]
  /** Brightness of the code's cells, 0 to 255. */
  cells: number[]
}

/** Decoded pixels of the first video with this test id that has any; `null` while there is none. */
export async function look(page: Page, testId: string): Promise<Seen | null> {
  return page.evaluate(readPixels, { testId, cell: CELL })
}

/** Runs in a page. */
export function readPixels({ testId, cell }: { testId: string; cell: typeof CELL }): Seen | null {
  const videos = [...document.querySelectorAll<HTMLVideoElement>(`video[data-testid="${testId}"]`)]
  const video = videos.find((one) => one.readyState >= 2 && one.videoWidth > 2)
  if (!video) return null
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) return null
  context.drawImage(video, 0, 0)
  const mean = (x: number, y: number, size: number): [number, number, number] => {
    const side = Math.max(2, Math.round(size * canvas.width))
    const { data } = context.getImageData(Math.round(x * canvas.width), Math.round(y * canvas.height), side, side)
    const sums: [number, number, number] = [0, 0, 0]
    for (let at = 0; at < data.length; at += 4) for (const part of [0, 1, 2] as const) sums[part] += data[at + part] ?? 0
    return sums.map((sum) => sum / (data.length / 4)) as [number, number, number]
  }
  // A hand's breadth inside of each cell: edges blur.
  const inside = cell.size / 4
  const cells = [0, 1, 2, 3].map((place) => {
    const [red, green, blue] = mean(cell.left + place * cell.pitch + inside, cell.top + inside, cell.size / 3)
    return (red + green + blue) / 3
  })
  return { width: canvas.width, height: canvas.height, colour: mean(0.45, 0.55, 0.1), cells }
}

/** Whose camera that is, by colour and code; `null` if nobody's. */
export function whose(seen: Seen | null): Who | null {
  if (seen === null) return null
  const found = (Object.entries(PEOPLE) as [Who, Person][]).find(([, person]) => {
    const distance = Math.hypot(...person.colour.map((part, at) => part - (seen.colour[at] ?? 0)))
    const code = person.code.every((cell, place) => (seen.cells[place] ?? 128) > 128 === (cell === 1))
    return distance < 60 && code
  })
  return found?.[0] ?? null
}

/** Waits until the video shows this person. */
export async function shows(page: Page, testId: string, who: Who, timeout = 15_000): Promise<void> {
  await expect
    .poll(async () => whose(await look(page, testId)), { message: `${testId} shows ${who}`, timeout, intervals: [100, 200, 400] })
    .toBe(who)
}

/** Notes in the page when the video first shows this colour, to the frame; read with `firstSeen`. */
export async function watchFor(page: Page, testId: string, who: Who): Promise<void> {
  await page.evaluate(
    ({ testId, colour }) => {
      const state = window as unknown as { firstSeen?: number | null }
      state.firstSeen = null
      const canvas = new OffscreenCanvas(8, 8)
      const context = canvas.getContext('2d', { willReadFrequently: true })
      const check = () => {
        if (state.firstSeen !== null) return
        for (const video of document.querySelectorAll<HTMLVideoElement>(`video[data-testid="${testId}"]`)) {
          if (!context || video.readyState < 2) continue
          context.drawImage(video, video.videoWidth * 0.45, video.videoHeight * 0.5, 40, 40, 0, 0, 8, 8)
          const { data } = context.getImageData(4, 4, 1, 1)
          const distance = Math.hypot(...colour.map((part, at) => part - (data[at] ?? 0)))
          if (distance < 60) {
            state.firstSeen = Date.now()
            return
          }
        }
        setTimeout(check, 15)
      }
      check()
    },
    { testId, colour: [...PEOPLE[who].colour] },
  )
}

/** When `watchFor` saw it, milliseconds since 1970. */
export async function firstSeen(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => (window as unknown as { firstSeen?: number | null }).firstSeen ?? null, null, { timeout: 10_000 })
  return handle.jsonValue() as Promise<number>
}

/** Frames that the browser says it decoded for this video so far. */
export async function framesDecoded(page: Page, testId: string): Promise<number> {
  return page.evaluate((id) => {
    const videos = [...document.querySelectorAll<HTMLVideoElement>(`video[data-testid="${id}"]`)]
    return Math.max(0, ...videos.map((video) => video.getVideoPlaybackQuality().totalVideoFrames))
  }, testId)
}
