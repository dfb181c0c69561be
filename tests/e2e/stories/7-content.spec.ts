import { attend } from '../harness/room.ts'
import { expect, test } from '../harness/story.ts'
import { defineText, likeText, shareText } from '../harness/text-page.ts'

test('a shared page of small text arrives at its full size and can be read', async ({ gathering }) => {
  test.slow()
  const secretary = await gathering.seat('secretary')
  const province = await gathering.page('province')
  await province.addInitScript(defineText)
  await province.addInitScript(shareText)
  await attend(province, 'province', gathering.briefing)
  const commune = await gathering.page('commune')
  await commune.addInitScript(defineText)
  await attend(commune, 'commune', gathering.briefing)
  await province.getByTestId('share').click()
  await secretary.locator('[data-testid^="approve-share-"]').click()
  await expect
    .poll(
      async () => {
        const seen = await commune.evaluate(likeText, 'content-video')
        console.log(`    ${seen === null ? 'no picture' : `${seen.width} × ${seen.height}, similarity ${seen.similarity.toFixed(3)}`}`)
        return seen !== null && seen.width === 1_920 && seen.height === 1_080 ? seen.similarity : 0
      },
      { timeout: 60_000, intervals: [2_000] },
    )
    .toBeGreaterThan(0.9)
})
