import { expect, type Page } from '@playwright/test'

/** Presses Tab until the focus is on something that matches the selector. */
export async function tabTo(page: Page, selector: string, atMost = 80): Promise<void> {
  for (let pressed = 0; pressed <= atMost; pressed += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) {
      expect(await focusIsVisible(page), `the focus on ${selector} can be seen`).toBe(true)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`${selector} is not reached in ${atMost} presses of Tab`)
}

/** Whether whatever has the focus looks different for it. */
async function focusIsVisible(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    // A component may draw its ring on an ancestor that holds the real control.
    for (let element: Element | null = document.activeElement, up = 0; element && up < 4; element = element.parentElement, up += 1) {
      const style = getComputedStyle(element)
      if (style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0) return true
      if (style.boxShadow !== 'none') return true
    }
    return false
  })
}
