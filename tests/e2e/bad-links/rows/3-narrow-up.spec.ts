import { figures } from '../lab/figures.ts'
import { expect, settled, test } from '../lab/lab.ts'
import { spoken, trace } from '../lab/trace.ts'

test('300 kbps up: the speaker sends fewer layers, and is heard', async ({ lab }) => {
  const chair = await lab.seat('chair')
  const commune = await lab.seat('commune')
  await settled(commune)
  await trace(commune, 8)
  const wide = await figures(chair.page)
  await trace(commune, 3)
  const wideEnd = await figures(chair.page)

  await chair.point.up({ rateKbps: 300, delayMs: 20 })
  await trace(commune, 12)
  const narrow = await figures(chair.page)
  const heard = await figures(commune.page)
  await trace(commune, 15)
  const narrowEnd = await figures(chair.page)
  const heardEnd = await figures(commune.page)

  const sent = (before: number[], after: number[]): number[] => after.map((frames, layer) => frames - (before[layer] ?? 0))
  const layersWide = sent(wide.sentFrames, wideEnd.sentFrames).filter((frames) => frames > 0).length
  const layersNarrow = sent(narrow.sentFrames, narrowEnd.sentFrames).filter((frames) => frames > 30).length
  const concealed = (heardEnd.concealed - heard.concealed) / (heardEnd.samples - heard.samples)
  const audio = (narrowEnd.sentAudio - narrow.sentAudio) / ((narrowEnd.at - narrow.at) / 1_000)
  const pictures = (heardEnd.main.frames - heard.main.frames) / ((heardEnd.at - heard.at) / 1_000)
  spoken('row 3', { layersWide, layersNarrow, concealed, audio, pictures })
  expect([narrowEnd.restarts, heardEnd.restarts], 'nothing begun anew').toEqual([wide.restarts, heard.restarts])
  expect(layersNarrow, 'layers sent').toBeLessThan(layersWide)
  expect(audio, 'voice packets a second').toBeGreaterThan(40)
  expect(concealed, 'samples made up').toBeLessThan(0.02)
})
