import { Firefox, ownAddress } from '../harness/firefox.ts'
import { framesDecoded, look, whose } from '../harness/picture.ts'
import { queue } from '../harness/room.ts'
import { hears } from '../harness/sound.ts'
import { expect, test } from '../harness/story.ts'

test.use({ mediaAddress: ownAddress() })

test('Firefox joins, sees and hears the chair, and is seen and heard with the floor', async ({ gathering }) => {
  const chair = await gathering.seat('chair')
  const firefox = await Firefox.open(gathering.server.base, gathering.problems)
  try {
    await firefox.attend('province', gathering.briefing)

    await test.step('it decodes the chair and hears it', async () => {
      await firefox.until(async () => (await firefox.sees('main-video')) === 'chair', 'the chair on the main picture')
      await firefox.until(() => firefox.hears(), 'the voice of the chair')
      const before = await firefox.framesDecoded()
      await firefox.until(async () => (await firefox.framesDecoded()) > before + 20, 'more of the chair')
    })

    await test.step('it is given the floor, and the chair sees and hears it', async () => {
      await firefox.press('hand')
      await expect.poll(() => queue(chair)).toHaveLength(1)
      const [seat] = await queue(chair)
      await chair.getByTestId(`grant-${seat ?? ''}`).click()
      await firefox.press('open-mic')
      const state = () => firefox.page.$eval('[data-testid="state-block"]', (block) => block.getAttribute('data-state'))
      await firefox.until(async () => (await state()) === 'speaking', 'that it speaks')
      await expect.poll(async () => whose(await look(chair, 'main-video')), { timeout: 15_000 }).toBeNull()
      const before = await framesDecoded(chair, 'main-video')
      await expect.poll(() => framesDecoded(chair, 'main-video'), { timeout: 15_000 }).toBeGreaterThan(before + 20)
      await hears(chair)
    })
  } finally {
    firefox.close()
  }
})
