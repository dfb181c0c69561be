import { chromium, test as base, type Browser, type Page } from '@playwright/test'
import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from '../../harness/api.ts'
import { inputsOf } from '../../harness/inputs.ts'
import { giaoban } from '../../harness/paths.ts'
import type { Who } from '../../harness/people.ts'
import { attend } from '../../harness/room.ts'
import { busyCamera } from './camera.ts'
import { AT_SERVER, Network, SERVER, type Point } from './network.ts'
import { watchFrames, keepConnections } from './figures.ts'

const HTTP = 8080
const BASE = `http://${SERVER}:${HTTP}`
/** The lab asks for metrics from another namespace than the server's. */
const METRICS_TOKEN = 'so-lieu-cua-phong-thu'

/** A briefing over cables that can be made bad: one server, each browser behind its own cable. */
export class Lab {
  readonly network = new Network()
  readonly #folder = mkdtempSync(join(tmpdir(), 'giaoban-lab-'))
  readonly #browsers: Browser[] = []
  #server: ChildProcess | null = null
  #briefing = ''

  static async open(): Promise<Lab> {
    const lab = new Lab()
    await lab.#start()
    return lab
  }

  async #start(): Promise<void> {
    const log = createWriteStream(join(this.#folder, 'server.log'))
    const [program, ...args] = [...AT_SERVER, giaoban(), 'demo']
    const server = spawn(program, args, {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIAOBAN_HTTP__LISTEN: `0.0.0.0:${HTTP}`,
        // From an unspecified one, datagrams would leave under the address of each cable, which no point asked, and all would use TCP.
        GIAOBAN_MEDIA__LISTEN: `${SERVER}:7882`,
        GIAOBAN_MEDIA__ADVERTISE: SERVER,
        GIAOBAN_DATA__DIR: join(this.#folder, 'data'),
        GIAOBAN_METRICS__TOKEN: METRICS_TOKEN,
        GIAOBAN_LOG__FILTER: process.env.LAB_LOG ?? 'info',
      },
    })
    server.stdout.pipe(log)
    server.stderr.pipe(log)
    this.#server = server
    for (let tries = 0; (await fetch(`${BASE}/readyz`).catch(() => null))?.ok !== true; tries += 1) {
      if (tries > 600 || server.exitCode !== null) throw new Error(`the server does not start:\n${this.log()}`)
      await sleep(100)
    }
    this.#briefing = await (await Api.signIn(BASE, 'thuky')).liveBriefing()
  }

  log(): string {
    return readFileSync(join(this.#folder, 'server.log'), 'utf8')
  }

  /** Somebody in the room, behind a cable of his own. */
  async seat(who: Who, prepare: (point: Point) => Promise<void> = async () => {}): Promise<Seat> {
    const point = await this.network.point(who)
    await prepare(point)
    const { microphone } = inputsOf(who)
    const browser = await chromium.launch({
      executablePath: point.chromium(),
      args: [
        '--headless=new',
        '--no-sandbox',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${busyCamera()}`,
        `--use-file-for-fake-audio-capture=${microphone}`,
        '--autoplay-policy=no-user-gesture-required',
        // Devices are for secure pages only, and the lab has no certificate.
        `--unsafely-treat-insecure-origin-as-secure=${BASE}`,
        '--disable-features=WebRtcHideLocalIpsWithMdns',
        '--disable-background-timer-throttling',
        '--disable-renderer-backgrounding',
        '--disable-backgrounding-occluded-windows',
        '--lang=vi',
      ],
    })
    this.#browsers.push(browser)
    const context = await browser.newContext({ baseURL: BASE, locale: 'vi-VN', viewport: { width: 1366, height: 768 } })
    const page = await context.newPage()
    await page.addInitScript(keepConnections)
    await attend(page, who, this.#briefing)
    return { point, page }
  }

  /** Seats that have joined, and media sessions, as the server counts them. */
  async seats(): Promise<string[]> {
    const text = await (await fetch(`${BASE}/metrics`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } })).text()
    return text.split('\n').filter((line) => /^giaoban_(connections|media_peers) /.test(line))
  }

  async close(): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()))
    this.#server?.kill('SIGTERM')
    for (let tries = 0; this.#server?.exitCode === null && tries < 100; tries += 1) await sleep(50)
    this.#server?.kill('SIGKILL')
    await this.network.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

export interface Seat {
  point: Point
  page: Page
}

export const test = base.extend<{ lab: Lab }>({
  lab: async ({}, use, info) => {
    const lab = await Lab.open()
    try {
      await use(lab)
      if (info.status !== info.expectedStatus || process.env.LAB_LOG) createWriteStream(info.outputPath('server.log')).end(lab.log())
    } finally {
      await lab.close()
    }
  },
})

/** Waits until the main picture has been running for a while. */
export async function settled(seat: Seat): Promise<void> {
  await watchFrames(seat.page)
}

export { expect } from '@playwright/test'
