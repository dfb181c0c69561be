import { expect, type Locator, type Page } from '@playwright/test'
import { PASSWORD, PEOPLE, type Who } from './people.ts'

/** Signs in through the form, as a person does. */
export const signIn = (page: Page, who: Who): Promise<void> => signInAs(page, PEOPLE[who].username)

/** The same with the account of somebody who has no camera. */
export async function signInAs(page: Page, username: string, password: string = PASSWORD): Promise<void> {
  await page.goto('/dang-nhap')
  await page.getByLabel('Tên đăng nhập').fill(username)
  await page.getByLabel('Mật khẩu', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Đăng nhập', exact: true }).click()
  await page.waitForURL((url) => !url.pathname.startsWith('/dang-nhap'))
}

/** From the own briefings into the lobby of the one that is live. */
export async function openLobby(page: Page, briefing: string): Promise<void> {
  await page.goto('/')
  // Several ways lead in (the list, the calendar); any that goes to this briefing's lobby is good.
  const way = page.locator(`a[href*="/phien/${briefing}/phong-cho"]`).first()
  await way.click()
  await page.waitForURL(`**/phien/${briefing}/phong-cho`)
}

/** From the lobby into the room; the microphone is off on entry, but for the chair who has the floor. */
export async function enterRoom(page: Page): Promise<void> {
  const join = page.getByRole('button', { name: /^Vào (phòng họp|họp, chỉ có tiếng)$/ })
  await join.click()
  await page.waitForURL('**/hop')
  await expect(face(page)).toBeVisible({ timeout: 20_000 })
}

/** Signs in, goes through the lobby, enters. Gives when the room was entered. */
export async function attend(page: Page, who: Who, briefing: string): Promise<number> {
  await signIn(page, who)
  await openLobby(page, briefing)
  await enterRoom(page)
  return Date.now()
}

/** Any face of the room. */
export function face(page: Page): Locator {
  return page.locator('[data-testid="chair-face"], [data-testid="point-face"], [data-testid="secretary-face"]')
}

/** The block that says whether this room is heard. */
export function stateBlock(page: Page): Locator {
  return page.getByTestId('state-block')
}

export async function inState(page: Page, state: string, timeout = 10_000): Promise<void> {
  await expect(stateBlock(page)).toHaveAttribute('data-state', state, { timeout })
}

/** The seat ids in the chair's queue, in order. */
export async function queue(chair: Page): Promise<string[]> {
  const rows = chair.locator('[data-testid^="queue-row-"]')
  return rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.testid?.replace('queue-row-', '') ?? ''))
}
