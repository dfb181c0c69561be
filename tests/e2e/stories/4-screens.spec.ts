import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Api } from '../harness/api.ts'
import { ARTIFACTS } from '../harness/paths.ts'
import { PEOPLE } from '../harness/people.ts'
import { shows } from '../harness/picture.ts'
import { openLobby, queue, signIn, signInAs } from '../harness/room.ts'
import { expect, test } from '../harness/story.ts'

const SIZES = [
  { width: 1366, height: 768 },
  { width: 1920, height: 1080 },
  { width: 390, height: 844 },
] as const

/** What axe finds at desk and at phone size; anything serious is kept for the end, so that one run shows all of it. */
class Inspector {
  readonly found: string[] = []

  async screen(page: Page, name: string): Promise<void> {
    for (const size of SIZES) {
      await page.setViewportSize(size)
      // Layout effects and images of the new size.
      await page.waitForTimeout(250)
      await page.screenshot({ path: join(ARTIFACTS, `${name}-${size.width}.png`) })
      if (size.width === 1920) continue
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (overflow > 1) this.#serious(`${name} at ${size.width}: scrolls sideways by ${overflow} px`)
      const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze()
      for (const { id, impact, help, nodes } of violations) {
        const where = nodes.slice(0, 3).map(({ target }) => target.join(' ')).join(' | ')
        const line = `${name} at ${size.width}: ${impact ?? '?'} ${id}: ${help} (${nodes.length}): ${where}`
        if (impact === 'serious' || impact === 'critical') this.#serious(line)
        else console.log(`    axe: ${line}`)
      }
    }
    const [desk] = SIZES
    await page.setViewportSize(desk)
  }

  #serious(line: string): void {
    console.log(`    ${line}`)
    this.found.push(line)
  }
}

test.beforeAll(() => mkdirSync(ARTIFACTS, { recursive: true }))

test('axe finds nothing serious on the desk’s screens', async ({ gathering }) => {
  test.setTimeout(240_000)
  const { briefing } = gathering
  const inspector = new Inspector()
  const secretary = await gathering.page('secretary')
  await secretary.goto('/dang-nhap')
  await expect(secretary.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
  await inspector.screen(secretary, 'dang-nhap')
  await signIn(secretary, 'secretary')
  const office: [path: string, name: string][] = [
    ['/', 'lich-tuan'],
    ['/phien', 'danh-sach'],
    [`/phien/${briefing}`, 'chi-tiet'],
    ['/phien/tao', 'tao-phien'],
    [`/phien/${briefing}/sua`, 'sua-phien'],
    ['/diem-cau', 'diem-cau'],
    [`/phien/${briefing}/diem-danh`, 'diem-danh'],
    ['/tai-khoan', 'tai-khoan'],
  ]
  for (const [path, name] of office) {
    await secretary.goto(path)
    await secretary.waitForLoadState('networkidle')
    await inspector.screen(secretary, name)
  }
  await openLobby(secretary, briefing)
  await expect(secretary.getByText(/^Mạng: (tốt|hơi yếu|yếu)/)).toBeVisible({ timeout: 30_000 })
  await inspector.screen(secretary, 'phong-cho')
  const administrator = await gathering.page('chair')
  await signInAs(administrator, 'quantri')
  await expect(administrator.getByRole('link', { name: 'Nhật ký' })).toBeVisible()
  await administrator.goto('/nguoi-dung')
  await expect(administrator.getByRole('cell', { name: 'Giàng A Sình' }).first()).toBeVisible()
  await inspector.screen(administrator, 'nguoi-dung')
  await administrator.goto('/nhat-ky')
  await expect(administrator.getByRole('listitem').filter({ hasText: 'Đăng nhập' }).first()).toBeVisible()
  await inspector.screen(administrator, 'nhat-ky')
  expect(inspector.found, 'nothing serious').toEqual([])
})

test('axe finds nothing serious in the room', async ({ gathering }) => {
  test.setTimeout(300_000)
  const { server, briefing } = gathering
  const inspector = new Inspector()
  const commune = await gathering.seat('commune')
  const chair = await gathering.seat('chair')
  const province = await gathering.seat('province')
  const secretary = await gathering.seat('secretary')

  await shows(commune, 'main-video', 'chair')
  await inspector.screen(commune, 'hop-diem-cau')
  await inspector.screen(secretary, 'hop-thu-ky')
  await province.getByTestId('hand').click()
  await commune.getByTestId('hand').click()
  await expect.poll(() => queue(chair)).toHaveLength(2)
  await inspector.screen(commune, 'hop-gio-tay')
  await inspector.screen(chair, 'hop-chu-tri')
  const [seat] = await queue(chair)
  await chair.getByTestId(`grant-${seat ?? ''}`).click()
  await inspector.screen(province, 'hop-duoc-moi')
  await province.getByTestId('open-mic').click()
  await shows(commune, 'main-video', 'province')
  await inspector.screen(province, 'hop-dang-phat-bieu')
  await secretary.getByTestId('roll-start').click()
  await expect(commune.getByTestId('roll-call')).toBeVisible()
  await inspector.screen(commune, 'hop-diem-danh')
  await inspector.screen(secretary, 'hop-thu-ky-diem-danh')

  const api = await Api.signIn(server.base, PEOPLE.secretary.username)
  const link = await api.post<{ watch_token: string }>(`/briefings/${briefing}/watch-links`, { max_watchers: 1 })
  await province.getByTestId('leave').click()
  await province.getByTestId('leave-confirm').click()
  await expect(province.getByTestId('point-face')).toHaveCount(0)
  await inspector.screen(province, 'da-roi')
  // A wall's screen signs nobody in: another context would do as well as another page.
  const wall = await gathering.page('province')
  await wall.goto(`/xem/${link.watch_token}?phien=${briefing}`)
  await expect.poll(() => wall.evaluate(() => [...document.querySelectorAll('video')].some((video) => video.readyState >= 2)), { timeout: 20_000 }).toBe(true)
  await inspector.screen(wall, 'xem')
  expect(inspector.found, 'nothing serious').toEqual([])
})
