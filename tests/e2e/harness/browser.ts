import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { inputsOf } from './inputs.ts'
import { CHROMIUM } from './paths.ts'
import type { Who } from './people.ts'
import { isStranger } from './strangers.ts'

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
  await watchStrangers(context, options.baseURL ?? base, problems)
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') console.log(`    ${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.stack ?? error.message}`))
  return page
}

/** Whatever a page asks of somebody else than us, and whatever its policy of content refuses, fails the story. */
async function watchStrangers(context: BrowserContext, base: string, problems: string[]): Promise<void> {
  const own = new URL(base)
  const check = (what: string, url: string): void => {
    if (isStranger(own, url)) problems.push(`${what} to a third party: ${url}`)
  }
  context.on('request', (request) => check('a request', request.url()))
  context.on('page', (page) => page.on('websocket', (socket) => check('a socket', socket.url())))
  await context.exposeBinding('policyRefused', (_, refused: string) => problems.push(`the content policy refused ${refused}`))
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) => {
      const { policyRefused } = window as unknown as { policyRefused: (refused: string) => void }
      policyRefused(`${effectiveDirective} ${blockedURI} (${sourceFile}:${String(lineNumber)})`)
    })
  })
}
