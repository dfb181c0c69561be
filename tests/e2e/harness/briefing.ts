import type { Browser, Page } from '@playwright/test'
import { Api } from './api.ts'
import { browserOf, pageOf } from './browser.ts'
import type { Who } from './people.ts'
import { attend } from './room.ts'
import { Server } from './server.ts'

/** A server with people in their own browsers; each story has its own. */
export class Gathering {
  readonly server: Server
  readonly briefing: string
  /** Errors that pages threw; must be empty at the end. */
  readonly problems: string[] = []
  readonly #browsers: Browser[] = []
  readonly #pages: [Who, Page][] = []

  private constructor(server: Server, briefing: string) {
    this.server = server
    this.briefing = briefing
  }

  static async open(mediaAddress?: string, environment: Record<string, string> = {}, port?: number): Promise<Gathering> {
    const server = await Server.start(mediaAddress, environment, port)
    try {
      const api = await Api.signIn(server.base, 'thuky')
      return new Gathering(server, await api.liveBriefing())
    } catch (error) {
      console.error(server.log())
      throw error
    }
  }

  /** A page of this person's own browser, not signed in. */
  async page(who: Who, options: Parameters<typeof pageOf>[3] = {}): Promise<Page> {
    const browser = await browserOf(who)
    this.#browsers.push(browser)
    const page = await pageOf(browser, this.server.base, this.problems, options)
    this.#pages.push([who, page])
    return page
  }

  /** A page of this person in the room. */
  async seat(who: Who, options: Parameters<typeof pageOf>[3] = {}): Promise<Page> {
    const page = await this.page(who, options)
    await attend(page, who, this.briefing)
    return page
  }

  /** What everybody sees now, for whoever looks into a failure. */
  async photograph(nameOf: (who: Who, number: number) => string): Promise<void> {
    for (const [number, [who, page]] of this.#pages.entries()) await page.screenshot({ path: nameOf(who, number) }).catch(() => undefined)
  }

  /** Closes everything; fails on errors of pages and of the server. */
  async close(): Promise<void> {
    await Promise.all(this.#browsers.map((browser) => browser.close()))
    await this.server.stop()
    if (this.problems.length > 0) throw new Error(`pages threw errors:\n${this.problems.join('\n')}`)
  }
}
