import { expect, test, type Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Gathering } from '../harness/briefing.ts'
import { Cable } from '../harness/cable.ts'
import { National } from '../harness/national.ts'
import { ARTIFACTS } from '../harness/paths.ts'
import { shows } from '../harness/picture.ts'
import { enterRoom, openLobby, signIn } from '../harness/room.ts'
import { freePort } from '../harness/server.ts'
import { tasksDuring, type Task } from '../harness/tasks.ts'

/** The longest task that a person does not notice as a stumble, ms of the processor: others' load is not the page's. */
const SMOOTH = 100
const SERVER = '127.0.0.2'
const CABLE = '127.0.0.3'

test.beforeAll(() => mkdirSync(ARTIFACTS, { recursive: true }))

async function photograph(page: Page, name: string): Promise<void> {
  for (const size of [
    { width: 1920, height: 1080 },
    { width: 390, height: 844 },
    { width: 1366, height: 768 },
  ]) {
    await page.setViewportSize(size)
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(ARTIFACTS, `${name}-${size.width}.png`) })
  }
}

function say(what: string, tasks: Task[]): void {
  console.log(`    ${what}: longest tasks, ms of processor and of clock: ${tasks.slice(0, 5).map(({ cpu, wall }) => `${cpu}/${wall}`).join(', ')}`)
}

test('the secretary sees how a point’s link does, and that it becomes bad', async () => {
  test.setTimeout(300_000)
  const port = await freePort()
  const cable = await Cable.lay(CABLE, { address: SERVER, port })
  const gathering = await Gathering.open(SERVER, {
    GIAOBAN_MEDIA__LISTEN: `${SERVER}:${port}`,
    GIAOBAN_MEDIA__ADVERTISE: CABLE,
  })
  try {
    await gathering.seat('chair')
    const secretary = await gathering.seat('secretary')
    const before = cable.points()
    const commune = await gathering.seat('commune')
    await shows(commune, 'main-video', 'chair')
    const row = secretary.getByTestId('board').locator('[data-testid^="row-"]', { hasText: 'Chủ tịch UBND xã' }).first()
    const unit = (await row.getAttribute('data-testid'))?.replace('row-', '') ?? ''

    await test.step('a good link is quiet: its word, no loss, the layer it gets', async () => {
      await expect(row).toContainText('Tốt', { timeout: 20_000 })
      await expect(secretary.getByTestId(`loss-${unit}`)).toHaveText('0%')
      await row.getByRole('button').first().click()
      await expect(secretary.getByTestId('figure-loss')).toHaveText('Xuống 0%, lên 0%')
      await expect(secretary.getByTestId('figure-main')).toHaveText(/^(Cao|Vừa|Thấp)$/)
      await expect(secretary.getByTestId('figure-sent')).toHaveText(/\d (kb|Mb)\/s$/)
      await expect(secretary.getByTestId('figure-estimate')).toHaveText(/\d (kb|Mb)\/s$/)
      await photograph(secretary, 'duong-truyen-tot')
    })

    await test.step('a fifth of its packets are lost: word and figures say so while the dialog is open', async () => {
      for (const point of cable.points().filter((one) => !before.includes(one))) cable.lose(point, 0.2)
      await expect(secretary.getByTestId('figure-word')).toHaveText('Hình mờ, tiếng rõ', { timeout: 20_000 })
      await expect(secretary.getByTestId('figure-loss')).toHaveText(/Xuống (1[3-9]|2\d)%/, { timeout: 20_000 })
      await photograph(secretary, 'duong-truyen-kem')
      await secretary.keyboard.press('Escape')
      await expect(secretary.getByTestId(`loss-${unit}`)).toHaveText(/1[3-9]%|2\d%/)
      await secretary.getByTestId('number-weak').click()
      await expect(row).toBeVisible()
      await photograph(secretary, 'bang-mang-kem')
      await secretary.getByTestId('number-weak').click()
    })

    await test.step('two fifths: the sound breaks off, and the board says it in red', async () => {
      for (const point of cable.points().filter((one) => !before.includes(one))) cable.lose(point, 0.45)
      await expect(row).toContainText('Tiếng ngắt quãng', { timeout: 20_000 })
    })

    await test.step('nothing is lost any more: the board says so, and that the sound is back', async () => {
      for (const point of cable.points()) cable.lose(point, 0)
      await expect(secretary.getByTestId(`loss-${unit}`)).toHaveText('0%', { timeout: 60_000 })
      await expect(row).not.toContainText('Tiếng ngắt quãng')
    })
  } finally {
    await gathering.close()
    cable.close()
  }
})

test('the board of 3,355 points opens and follows a restless briefing without a stumble', async () => {
  test.setTimeout(180_000)
  const gathering = await Gathering.open()
  const national = await National.before(gathering.server.base)
  try {
    const secretary = await gathering.page('secretary', { baseURL: national.base })
    await signIn(secretary, 'secretary')
    await openLobby(secretary, gathering.briefing)
    const opening = await tasksDuring(secretary, async () => {
      await enterRoom(secretary)
      await expect(secretary.getByText('3.355').first()).toBeVisible()
      await secretary.waitForTimeout(3_000)
    })
    say('opening', opening)

    // All groups unfolded, so that rows and not only groups are in sight.
    await secretary.keyboard.press('n')
    await secretary.waitForTimeout(1_000)
    await photograph(secretary, 'bang-toan-quoc')
    const following = await tasksDuring(secretary, async () => {
      for (let turn = 0; turn < 50; turn += 1) {
        national.change(200, turn)
        await secretary.waitForTimeout(200)
      }
      await secretary.waitForTimeout(1_500)
    })
    say('200 rows five times a second', following)
    for (const { cpu } of [...opening, ...following]) expect(cpu).toBeLessThanOrEqual(SMOOTH)
  } finally {
    await gathering.close()
    national.close()
  }
})
