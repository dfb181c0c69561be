import { setTimeout as sleep } from 'node:timers/promises'
import { figures, framesShown, longestGap } from '../lab/figures.ts'
import { expect, settled, test } from '../lab/lab.ts'
import { spoken, trace } from '../lab/trace.ts'

test('one packet in ten lost each way, 100 ms, 1 Mbps down: heard without gaps, seen without standing still', async ({ lab }) => {
  await lab.seat('chair')
  const commune = await lab.seat('commune')
  await settled(commune)
  await commune.point.down({ rateKbps: 1_000, delayMs: 50, loss: 0.1 })
  await commune.point.up({ delayMs: 50, loss: 0.1 })
  await sleep(5_000)
  const before = await figures(commune.page)
  await trace(commune, 60)
  const after = await figures(commune.page)
  const concealed = (after.concealed - before.concealed) / (after.samples - before.samples)
  const rate = ((await framesShown(commune.page, before.at, after.at)) * 1_000) / (after.at - before.at)
  const gap = await longestGap(commune.page, before.at, after.at)
  spoken('row 1', { concealed, rate, gap })
  expect(after.path).toMatch(/^udp /)
  expect(after.restarts, 'nothing begun anew').toEqual(before.restarts)
  expect(concealed, 'samples made up').toBeLessThan(0.02)
  expect(rate, 'pictures a second').toBeGreaterThanOrEqual(12)
  expect(gap, 'longest freeze, ms').toBeLessThan(1_000)
})
