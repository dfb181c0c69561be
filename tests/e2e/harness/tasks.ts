import type { Page } from '@playwright/test'

/** A stretch of a page's main thread that nothing could interrupt, ms. */
export interface Task {
  /** Of the processor: what a machine that does nothing else would have taken. */
  cpu: number
  wall: number
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** All tasks of the page's main thread while `action` runs, the longest first; those under 20 ms are left out. */
export async function tasksDuring(page: Page, action: () => Promise<void>): Promise<Task[]> {
  const browser = page.context().browser()
  if (!browser) throw new Error('a page without a browser')
  await browser.startTracing(page, { categories: ['devtools.timeline', 'toplevel'] })
  await action()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const main = new Set(
    traceEvents.filter((event) => event.name === 'thread_name' && event.args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && /(^|::)RunTask$/.test(name) && main.has(`${pid}/${tid}`),
  )
  if (tasks.length === 0) throw new Error('the trace has no tasks of a main thread')
  return tasks
    .map(({ dur = 0, tdur = dur }) => ({ cpu: Math.round(tdur / 1_000), wall: Math.round(dur / 1_000) }))
    .filter(({ wall }) => wall >= 20)
    .sort((a, b) => b.cpu - a.cpu)
}
