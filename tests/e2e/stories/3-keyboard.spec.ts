import { tabTo } from '../harness/keyboard.ts'
import { PASSWORD, PEOPLE } from '../harness/people.ts'
import { face, inState, queue } from '../harness/room.ts'
import { expect, test } from '../harness/story.ts'

test('a commune takes part with the keyboard alone, and so does the chair', async ({ gathering }) => {
  const chair = await gathering.seat('chair')
  const commune = await gathering.page('commune')
  const keys = commune.keyboard

  await test.step('sign in', async () => {
    await commune.goto('/dang-nhap')
    await expect(commune.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
    await tabTo(commune, 'input[name=username]')
    await keys.type(PEOPLE.commune.username)
    await tabTo(commune, 'input[name=password]')
    await keys.type(PASSWORD)
    await keys.press('Enter')
    await commune.waitForURL((url) => !url.pathname.startsWith('/dang-nhap'))
  })

  await test.step('into the lobby and the room', async () => {
    const way = `a[href*="/phien/${gathering.briefing}/phong-cho"]`
    await expect(commune.locator(way).first()).toBeVisible()
    await tabTo(commune, way)
    await keys.press('Enter')
    await commune.waitForURL('**/phong-cho')
    await expect(commune.getByRole('button', { name: /^Vào (phòng họp|họp, chỉ có tiếng)$/ })).toBeVisible()
    await commune.evaluate(() => {
      for (const button of document.querySelectorAll('button')) {
        if (/^Vào (phòng họp|họp, chỉ có tiếng)$/.test(button.textContent?.trim() ?? '')) button.dataset.story = 'join'
      }
    })
    await tabTo(commune, '[data-story=join]')
    await keys.press('Enter')
    await expect(face(commune)).toBeVisible({ timeout: 20_000 })
    await inState(commune, 'off')
  })

  await test.step('H raises and lowers the hand', async () => {
    await keys.press('h')
    await expect(commune.getByTestId('hand-raised')).toBeVisible()
    await keys.press('h')
    await expect(commune.getByTestId('hand-raised')).toHaveCount(0)
    await keys.press('h')
    await expect.poll(() => queue(chair)).toHaveLength(1)
  })

  await test.step('the chair invites with 1, the commune speaks with Space', async () => {
    await chair.keyboard.press('1')
    await inState(commune, 'invited')
    await keys.press('Space')
    await inState(commune, 'speaking')
  })

  await test.step('the commune ends with Tab and Enter', async () => {
    await tabTo(commune, '[data-testid=end-floor]')
    await keys.press('Enter')
    await inState(commune, 'off')
  })

  await test.step('the list of keys opens with ? and closes with Escape, inside the session', async () => {
    await keys.press('?')
    await expect(commune.getByRole('dialog')).toBeVisible()
    await keys.press('Escape')
    await expect(commune.getByRole('dialog')).toHaveCount(0)
    await expect(face(commune)).toBeVisible()
  })
})
