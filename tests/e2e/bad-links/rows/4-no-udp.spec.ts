import { figures } from '../lab/figures.ts'
import { expect, settled, test } from '../lab/lab.ts'
import { spoken } from '../lab/trace.ts'

test('without UDP: connected over TCP within three seconds', async ({ lab }) => {
  await lab.seat('chair')
  const commune = await lab.seat('commune', async (point) => {
    await point.down({ noUdp: true, delayMs: 20 })
    await point.up({ noUdp: true, delayMs: 20 })
  })
  await settled(commune)
  const { path, connectedAfterMs } = await figures(commune.page)
  spoken('row 4', { path, connectedAfterMs })
  expect(path).toMatch(/^tcp /)
  expect(connectedAfterMs, 'from the offer to a connection, ms').toBeLessThan(3_000)
})
