import { test as base } from '@playwright/test'
import { Gathering } from './briefing.ts'

/** A test with a server and briefing of its own, closed and checked at the end. */
export const test = base.extend<{ gathering: Gathering }>({
  gathering: async ({}, use, info) => {
    const gathering = await Gathering.open()
    await use(gathering)
    if (info.status !== info.expectedStatus) await info.attach('server.log', { body: gathering.server.log(), contentType: 'text/plain' })
    await gathering.close()
  },
})

export { expect } from '@playwright/test'
