import { chromium, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { inputsOf } from './inputs.ts'
import { CHROMIUM } from './paths.ts'
import type { Who } from './people.ts'

/** One browser process for each person: the fake camera and microphone are flags of the process. */
export async function browserOf(who: Who): Promise<Browser> {
  const { camera, microphone } = inputsOf(who)
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${camera}`,
      `--use-file-for-fake-audio-capture=${microphone}`,
      '--autoplay-policy=no-user-gesture-required',
      '--auto-select-desktop-capture-source=Entire screen',
      // Only loopback is there; candidates must name it.
      '--disable-features=WebRtcHideLocalIpsWithMdns',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
      '--lang=vi',
    ],
  })
}

/** A page with this person's devices. Errors that the page throws fail the story at its end, through `problems`. */
export async function pageOf(browser: Browser, base: string, problems: string[], options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: base,
    locale: 'vi-VN',
    viewport: { width: 1366, height: 768 },
    permissions: ['camera', 'microphone'],
    ...options,
  })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.log(`    ${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.stack ?? error.message}`))
  return page
}
