import { test as base } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import { Gathering } from './briefing.ts'

/** A test with a server and briefing of its own, closed and checked at the end. */
export const test = base.extend<{ gathering: Gathering; mediaAddress: string | undefined }>({
  mediaAddress: [undefined, { option: true }],
  gathering: async ({ mediaAddress }, use, info) => {
    const gathering = await Gathering.open(mediaAddress)
    await use(gathering)
    if (info.status !== info.expectedStatus) {
      writeFileSync(info.outputPath('server.log'), gathering.server.log())
      await gathering.photograph((who, number) => info.outputPath(`${number}-${who}.png`))
    }
    await gathering.close()
  },
})

export { expect } from '@playwright/test'
