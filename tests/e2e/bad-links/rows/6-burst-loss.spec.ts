import { setTimeout as sleep } from 'node:timers/promises'
import { figures, framesShown, longestGap } from '../lab/figures.ts'
import { expect, settled, test } from '../lab/lab.ts'
import { spoken } from '../lab/trace.ts'

test('half a second without a packet: clean pictures within a second of its end', async ({ lab }) => {
  await lab.seat('chair')
  const commune = await lab.seat('commune')
  await settled(commune)
  await commune.point.down({ delayMs: 20 })
  await commune.point.up({ delayMs: 20 })
  await sleep(4_000)
  const { restarts } = await figures(commune.page)
  for (const time of [1, 2, 3]) {
    await commune.point.down({ delayMs: 20, cut: true })
    await sleep(500)
    await commune.point.down({ delayMs: 20 })
    const end = Date.now()
    await sleep(1_000)
    const restored = await figures(commune.page)
    await sleep(3_000)
    const later = await figures(commune.page)
    const rate = (await framesShown(commune.page, end + 1_000, end + 4_000)) / 3
    const gap = await longestGap(commune.page, end + 1_000, end + 4_000)
    const frozen = later.main.freezes - restored.main.freezes
    spoken(`row 6, cut ${time}`, { rate, gap, frozen, plis: later.main.plis })
    expect(later.restarts, 'nothing begun anew').toEqual(restarts)
    expect(rate, 'pictures a second from one second after the end').toBeGreaterThanOrEqual(12)
    expect(gap, 'longest time without a picture, ms').toBeLessThan(300)
  }
})
