import type { Page } from '@playwright/test'

/** A stretch of the page's main thread that nothing could interrupt. */
export interface LongTask {
  at: number
  ms: number
}

/** Notes every task of 50 ms and more; to be called before the page goes anywhere. */
export async function noteLongTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: LongTask[] = []
    Object.assign(window, { tasks })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push({ at: Math.round(entry.startTime), ms: Math.round(entry.duration) })
    }).observe({ type: 'longtask', buffered: true })
  })
}

/** Those since the last call, in order. */
export async function takeLongTasks(page: Page): Promise<LongTask[]> {
  return page.evaluate(() => {
    const { tasks } = window as unknown as { tasks: LongTask[] }
    return tasks.splice(0)
  })
}
