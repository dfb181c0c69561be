import { figures, framesShown, longestGap } from '../lab/figures.ts'
import { expect, settled, test } from '../lab/lab.ts'
import { spoken, trace, type Second } from '../lab/trace.ts'

const highest = (rows: Second[], key: 'wait' | 'concealed'): number => Math.max(...rows.map((row) => row[key]))

test('4 Mbps, 500 kbps, 128 kbps, 4 Mbps: settles, keeps the queue short, says so, and leaves the others alone', async ({ lab }) => {
  await lab.seat('chair')
  const commune = await lab.seat('commune')
  const province = await lab.seat('province')
  await settled(commune)
  await settled(province)
  const start = await figures(province.page)
  const calm = await figures(commune.page)

  await commune.point.down({ rateKbps: 4_000, delayMs: 20 })
  await commune.point.up({ delayMs: 20 })
  const wide = await trace(commune, 10)

  await commune.point.down({ rateKbps: 500, delayMs: 20 })
  const narrow = await trace(commune, 15)
  const settledNarrow = narrow.slice(3)
  spoken('row 2, 500 kbps', { peak: highest(narrow, 'wait'), wait: highest(settledNarrow, 'wait'), fps: Math.min(...settledNarrow.map((row) => row.fps)) })

  await commune.point.down({ rateKbps: 128, delayMs: 20 })
  const narrowest = await trace(commune, 15)
  const settledNarrowest = narrowest.slice(3)
  const said = await commune.page.getByTestId('link').first().getAttribute('data-link')
  spoken('row 2, 128 kbps', { peak: highest(narrowest, 'wait'), wait: highest(settledNarrowest, 'wait'), concealed: highest(settledNarrowest, 'concealed'), said: said ?? '' })

  await commune.point.down({ rateKbps: 4_000, delayMs: 20 })
  const again = await trace(commune, 15)
  spoken('row 2, 4 Mbps again', { widths: [wide.at(-1)?.width, ...again.map((row) => row.width)].join(' ') })

  const end = await figures(province.page)
  const seconds = (end.at - start.at) / 1_000
  const gap = await longestGap(province.page, start.at, end.at)
  const rate = (await framesShown(province.page, start.at, end.at)) / seconds
  spoken('row 2, the other point', { rate, gap, widthBefore: start.main.width, widthAfter: end.main.width })

  const after = await figures(commune.page)
  expect(after.path).toMatch(/^udp /)
  expect(after.restarts, 'nothing begun anew').toEqual(calm.restarts)
  expect(highest(settledNarrow, 'wait'), 'queue at 500 kbps').toBeLessThan(300)
  expect(Math.min(...settledNarrow.map((row) => row.fps)), 'pictures a second at 500 kbps').toBeGreaterThan(5)
  expect(highest(settledNarrowest, 'wait'), 'queue at 128 kbps').toBeLessThan(300)
  expect(highest(settledNarrowest, 'concealed'), 'sound at 128 kbps').toBeLessThan(0.02)
  expect(Math.max(...settledNarrowest.slice(1).map((row) => row.fps)), 'no camera at 128 kbps').toBe(0)
  expect(said).toBe('audio_only')
  expect(again.slice(10).every((row) => row.width === wide.at(-1)?.width && row.fps > 10), 'the picture as before').toBe(true)
  expect(end.main.width, 'the other point keeps its layer').toBe(start.main.width)
  expect(rate, 'and its pictures').toBeGreaterThan(12)
})
