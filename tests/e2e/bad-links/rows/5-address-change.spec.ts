import { setTimeout as sleep } from 'node:timers/promises'
import { figures } from '../lab/figures.ts'
import { expect, settled, test } from '../lab/lab.ts'
import { spoken } from '../lab/trace.ts'

test('another address in the middle of the meeting: the same seat, less than two seconds without sound', async ({ lab }) => {
  const chair = await lab.seat('chair')
  const commune = await lab.seat('commune')
  await settled(commune)
  await commune.point.down({ delayMs: 20 })
  await commune.point.up({ delayMs: 20 })
  await sleep(3_000)
  const before = await figures(commune.page)
  const seats = await lab.seats()
  commune.point.move()
  await sleep(12_000)
  const after = await figures(commune.page)
  // Of 48,000 samples a second; what is missing is made up, or played as silence.
  const missing = (after.concealed + after.silent - before.concealed - before.silent) / 48_000
  spoken('row 5', { missing, path: after.path })
  expect(after.path).toContain('10.77.2.77')
  expect(missing, 'seconds of sound').toBeLessThan(2)
  expect(after.main.frames, 'the picture goes on').toBeGreaterThan(before.main.frames + 60)
  expect(await lab.seats(), 'the same seats').toEqual(seats)
  await expect(chair.page.getByTestId('chair-face')).toBeVisible()
})
