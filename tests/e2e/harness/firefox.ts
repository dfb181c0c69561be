import { execFileSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { noteConnections, readInbound } from './inbound.ts'
import { CELL } from './inputs.ts'
import { FIREFOX } from './paths.ts'
import { PASSWORD, PEOPLE, type Who } from './people.ts'
import { readPixels, whose } from './picture.ts'
import { SPEECH } from './sound.ts'
import { isStranger } from './strangers.ts'

const DUMMY = { name: 'giaoban-test', address: '198.18.77.1' } as const

/** An address of this machine that Firefox has candidates for: it never takes 127.0.0.1. Made if there is none. */
export function ownAddress(): string {
  const known = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((address) => address.family === 'IPv4' && !address.internal)
  if (known) return known.address
  const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'inherit'] })
  ip('link', 'add', DUMMY.name, 'type', 'dummy')
  ip('address', 'add', `${DUMMY.address}/30`, 'dev', DUMMY.name)
  ip('link', 'set', DUMMY.name, 'up')
  return DUMMY.address
}

/** Debian's Firefox, driven over WebDriver BiDi, with its own fake devices: a picture that changes its colour, a tone. */
export class Firefox {
  readonly page: Page
  readonly #browser: Browser
  readonly #base: string

  private constructor(browser: Browser, page: Page, base: string) {
    this.#browser = browser
    this.page = page
    this.#base = base
  }

  /** Requests to others than `base` are noted in `problems`. */
  static async open(base: string, problems: string[]): Promise<Firefox> {
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: FIREFOX,
      headless: true,
      protocolTimeout: 30_000,
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        'media.peerconnection.ice.obfuscate_host_addresses': false,
        'media.autoplay.default': 0,
        'media.autoplay.blocking_policy': 0,
        'dom.min_background_timeout_value': 4,
        'dom.timeout.enable_budget_timer_throttling': false,
        'intl.accept_languages': 'vi-VN, vi',
      },
    })
    // The first tab: pictures stop in those behind it.
    const page = (await browser.pages())[0] ?? (await browser.newPage())
    page.on('request', (request) => {
      if (isStranger(new URL(base), request.url())) problems.push(`Firefox asks a third party: ${request.url()}`)
    })
    await page.setViewport({ width: 1366, height: 768 })
    await page.evaluateOnNewDocument(noteConnections)
    return new Firefox(browser, page, base)
  }

  /** Signs in through the form, passes the lobby, enters the room. */
  async attend(who: Who, briefing: string): Promise<void> {
    await this.page.goto(`${this.#base}/dang-nhap`)
    await this.page.waitForSelector('input[name=username]')
    await this.page.type('input[name=username]', PEOPLE[who].username)
    await this.page.type('input[name=password]', PASSWORD)
    await this.page.keyboard.press('Enter')
    await this.until(() => this.page.evaluate(() => !location.pathname.startsWith('/dang-nhap')), 'signed in')
    await this.page.goto(`${this.#base}/phien/${briefing}/phong-cho`)
    await this.until(
      () =>
        this.page.evaluate(() => {
          const button = [...document.querySelectorAll('button')].find((one) => /^Vào (phòng họp|họp)/.test(one.innerText))
          if (button === undefined || button.disabled) return false
          button.click()
          return true
        }),
      'the way into the room',
    )
    await this.page.waitForSelector('[data-testid="point-face"]')
  }

  async press(testId: string): Promise<void> {
    const button = await this.page.waitForSelector(`[data-testid="${testId}"]`)
    await button?.click()
  }

  /** Whose camera a video shows. */
  async sees(testId: string): Promise<Who | null> {
    return whose(await this.page.evaluate(readPixels, { testId, cell: CELL }))
  }

  /** Whether it receives speech. Its statistics say so: where there is no sound card, Firefox has no WebAudio. */
  async hears(): Promise<boolean> {
    const energy = async () => {
      const voices = await this.page.evaluate(readInbound, 'audio' as const)
      return voices.reduce((sum, voice) => sum + voice.totalAudioEnergy, 0)
    }
    const before = await energy()
    await sleep(1_000)
    return (await energy()) - before > SPEECH ** 2
  }

  /** Of all pictures together. */
  async framesDecoded(): Promise<number> {
    const pictures = await this.page.evaluate(readInbound, 'video' as const)
    return pictures.reduce((sum, picture) => sum + picture.framesDecoded, 0)
  }

  /** Waits until it holds. */
  async until(holds: () => Promise<boolean>, what: string, timeout = 20_000): Promise<void> {
    const end = Date.now() + timeout
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`Firefox waited in vain: ${what}`)
      await sleep(150)
    }
  }

  /** Kills the process: a browser that does not answer must not hide what went wrong. */
  close(): void {
    this.#browser.process()?.kill('SIGKILL')
  }
}
