import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { tabTo } from '../harness/keyboard.ts'
import { ARTIFACTS } from '../harness/paths.ts'
import { PEOPLE } from '../harness/people.ts'
import { signInAs } from '../harness/room.ts'
import { expect, test } from '../harness/story.ts'

const OWN_PASSWORD = 'mật khẩu của riêng xã'

test.beforeAll(() => mkdirSync(ARTIFACTS, { recursive: true }))

test('an administrator hands out passwords, adds an account and locks one', async ({ gathering }) => {
  const administrator = await gathering.page('chair')
  const commune = await gathering.page('commune')
  const keys = administrator.keyboard
  await signInAs(administrator, 'quantri')
  await administrator.getByRole('link', { name: 'Người dùng' }).click()
  const table = administrator.getByRole('table')
  const row = table.getByRole('row', { name: PEOPLE.commune.username, exact: false }).first()

  let given = ''
  await test.step('a new password, with the keyboard alone', async () => {
    await tabTo(administrator, 'input[type=search]')
    await keys.type('giang a')
    // The heading and one person.
    await expect(table.getByRole('row')).toHaveCount(2)
    await tabTo(administrator, '[aria-label="Quản lý tài khoản Giàng A Sình"]')
    await keys.press('Enter')
    await looks(administrator, 'nguoi-dung-quan-ly')
    await enterOn(administrator, 'Đặt lại mật khẩu')
    await expect(administrator.getByRole('alertdialog')).toContainText('bị đăng xuất ở mọi máy')
    await looks(administrator, 'nguoi-dung-hoi')
    await enterOn(administrator, 'Đặt lại mật khẩu')
    given = await administrator.getByTestId('given-password').innerText()
    await looks(administrator, 'nguoi-dung-mat-khau')
    await enterOn(administrator, 'Đã giao mật khẩu')
    await expect(administrator.getByRole('alertdialog')).toHaveCount(0)
    await expect(row).toContainText('Chưa đổi mật khẩu được cấp')
  })

  await test.step('its owner chooses another before anything else', async () => {
    await signInAs(commune, PEOPLE.commune.username, given)
    await expect(commune.getByText('Mật khẩu này do người quản trị đặt.')).toBeVisible()
    await commune.goto('/phien')
    await commune.waitForURL('**/tai-khoan')
    await commune.screenshot({ path: join(ARTIFACTS, 'tai-khoan-mat-khau-cap.png') })
    const card = commune.locator('section', { has: commune.getByRole('heading', { name: 'Đổi mật khẩu' }) })
    await card.getByLabel('Mật khẩu đang dùng').fill(given)
    await card.getByLabel('Mật khẩu mới').fill(OWN_PASSWORD)
    await card.getByRole('button', { name: 'Đổi mật khẩu' }).click()
    await commune.getByRole('link', { name: 'Phiên họp' }).click()
    await expect(commune.getByRole('heading', { name: 'Phiên họp' })).toBeVisible()
  })

  await test.step('a new account of a commune; a name that is taken is told at its field', async () => {
    await administrator.goto('/nguoi-dung?don_vi=04456')
    await administrator.getByRole('button', { name: 'Thêm tài khoản' }).click()
    const dialog = administrator.getByRole('dialog')
    await expect(dialog).toContainText('Mù Cang Chải')
    await dialog.getByLabel('Họ và tên').fill('Sùng A Lử')
    await dialog.getByLabel('Tên đăng nhập').fill('thuky')
    await dialog.getByRole('button', { name: 'Thêm tài khoản' }).click()
    await expect(dialog.getByText('Tên đăng nhập này đã có.')).toBeVisible()
    await looks(administrator, 'nguoi-dung-them')
    await dialog.getByLabel('Tên đăng nhập').fill('xa.moi')
    await keys.press('Enter')
    await expect(administrator.getByTestId('given-password')).toBeVisible()
    await administrator.getByRole('button', { name: 'Đã giao mật khẩu' }).click()
    await expect(table.getByRole('row', { name: 'Sùng A Lử' })).toBeVisible()
  })

  await test.step('a locked account is out at once', async () => {
    await administrator.getByRole('button', { name: 'Quản lý tài khoản Giàng A Sình' }).click()
    await administrator.getByRole('button', { name: 'Khóa tài khoản' }).click()
    await administrator.getByRole('alertdialog').getByRole('button', { name: 'Khóa tài khoản' }).click()
    await expect(row).toContainText('Đang khóa')
    await looks(administrator, 'nguoi-dung')
    await commune.reload()
    await commune.waitForURL('**/dang-nhap*')
    await administrator.getByRole('link', { name: 'Nhật ký' }).click()
    await expect(administrator.getByRole('listitem').filter({ hasText: 'Khóa tài khoản' }).first()).toBeVisible()
  })
})

/** Presses Tab until the focus is on the button with this name, then Enter. */
async function enterOn(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).evaluate((button) => {
    document.querySelector('[data-story]')?.removeAttribute('data-story')
    ;(button as HTMLElement).dataset.story = 'wanted'
  })
  await tabTo(page, '[data-story=wanted]')
  await page.keyboard.press('Enter')
}

/** Pictures at the desk and on a phone; nothing scrolls sideways, and axe finds nothing serious. */
async function looks(page: Page, name: string): Promise<void> {
  for (const [width, height] of [[390, 844], [1366, 768]] as const) {
    await page.setViewportSize({ width, height })
    await page.waitForTimeout(250)
    await page.screenshot({ path: join(ARTIFACTS, `${name}-${width}.png`) })
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThan(2)
    // The library's own announcer of pending buttons names pictures by labels that have gone.
    const { violations } = await new AxeBuilder({ page }).exclude('[data-live-announcer]').analyze()
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(serious.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])).toEqual([])
  }
}
