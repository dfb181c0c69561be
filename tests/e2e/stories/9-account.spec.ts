import { AxeBuilder } from '@axe-core/playwright'
import { createHmac } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Gathering } from '../harness/briefing.ts'
import { ARTIFACTS } from '../harness/paths.ts'
import { PASSWORD, PEOPLE } from '../harness/people.ts'
import { signIn, signInAs } from '../harness/room.ts'
import { expect, test } from '../harness/story.ts'

test.beforeAll(() => mkdirSync(ARTIFACTS, { recursive: true }))

test('a secretary turns the second factor on, signs out everywhere and comes back with a recovery code', async ({
  gathering,
}) => {
  const page = await gathering.page('secretary')
  await signIn(page, 'secretary')
  await page.getByRole('button', { name: /^Tài khoản/ }).click()
  await page.getByRole('menuitem', { name: 'Mật khẩu, xác thực hai bước' }).click()
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Xác thực hai bước' }) })

  await test.step('a wrong password is told at its field', async () => {
    await card.getByLabel('Mật khẩu đang dùng').fill('không phải mật khẩu')
    await card.getByRole('button', { name: 'Bật xác thực hai bước' }).click()
    await expect(card.getByText('Sai mật khẩu.')).toBeVisible()
  })

  let recovery = ''
  await test.step('the code of an authenticator that scanned the picture confirms it', async () => {
    await card.getByLabel('Mật khẩu đang dùng').fill(PASSWORD)
    await card.getByRole('button', { name: 'Bật xác thực hai bước' }).click()
    const drawn = await card.getByRole('img').evaluate((picture: HTMLImageElement) => picture.decode().then(() => picture.naturalWidth))
    expect(drawn).toBeGreaterThan(200)
    // The library's own announcer of pending buttons names pictures by labels that have gone.
    const { violations } = await new AxeBuilder({ page }).exclude('[data-live-announcer]').analyze()
    expect(violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([])
    await page.screenshot({ path: join(ARTIFACTS, 'tai-khoan-ma-qr.png'), fullPage: true })
    const secret = (await card.locator('code').innerText()).replaceAll(' ', '')
    await card.getByLabel('Sáu chữ số').fill(codeOf(secret, Date.now()))
    await card.getByRole('button', { name: 'Xác nhận' }).click()
    await expect(card.getByRole('listitem')).toHaveCount(10)
    await page.screenshot({ path: join(ARTIFACTS, 'tai-khoan-ma-du-phong.png'), fullPage: true })
    recovery = await card.getByRole('listitem').first().innerText()
    await card.getByRole('button', { name: 'Đã cất giữ' }).click()
  })

  await test.step('after signing out everywhere the password alone is not enough', async () => {
    await page.getByRole('button', { name: 'Đăng xuất mọi nơi' }).click()
    await page.getByLabel('Tên đăng nhập').fill(PEOPLE.secretary.username)
    await page.getByLabel('Mật khẩu', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
    await page.getByLabel('Mã xác thực').fill(recovery)
    await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
    await page.waitForURL((url) => !url.pathname.startsWith('/dang-nhap'))
  })
})

test('an administrator who must have a second factor sets it up before anything else', async () => {
  const gathering = await Gathering.open(undefined, { GIAOBAN_SIGN_IN__SECOND_FACTOR_ROLES: 'administrator' })
  const page = await gathering.page('chair')
  await signInAs(page, 'quantri')
  await expect(page.getByText('bắt buộc xác thực hai bước')).toBeVisible()
  const entries = page.getByRole('navigation').getByRole('link')
  await expect(entries).toHaveCount(0)
  for (const [width, height] of [[1366, 768], [390, 844]] as const) {
    await page.setViewportSize({ width, height })
    await page.screenshot({ path: join(ARTIFACTS, `tai-khoan-bat-buoc-${width}.png`) })
  }
  await page.goto('/nhat-ky')
  await page.waitForURL('**/tai-khoan')

  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Xác thực hai bước' }) })
  await card.getByLabel('Mật khẩu đang dùng').fill(PASSWORD)
  await card.getByRole('button', { name: 'Bật xác thực hai bước' }).click()
  const secret = (await card.locator('code').innerText()).replaceAll(' ', '')
  await card.getByLabel('Sáu chữ số').fill(codeOf(secret, Date.now()))
  await card.getByRole('button', { name: 'Xác nhận' }).click()
  await card.getByRole('button', { name: 'Đã cất giữ' }).click()
  await page.getByRole('link', { name: 'Nhật ký' }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Đăng nhập' }).first()).toBeVisible()
  await gathering.close()
})

/** What an authenticator shows (RFC 6238: SHA-1, six digits, thirty seconds) for a secret in base 32. */
function codeOf(secret: string, milliseconds: number): string {
  const bits = [...secret].map((letter) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'))
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(milliseconds / 30_000)))
  const hash = createHmac('sha1', key).update(step).digest()
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, '0')
}
