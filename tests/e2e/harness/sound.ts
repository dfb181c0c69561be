import { expect, type Page } from '@playwright/test'

/** Root mean square of the loudest 100 ms in what was received meanwhile; 0 is digital silence, speech is above 0.01. */
export async function loudness(page: Page, milliseconds = 1_500): Promise<number> {
  return page.evaluate(async (duration) => {
    const context = new AudioContext()
    await context.resume()
    const analysers = [...document.querySelectorAll<HTMLAudioElement>('audio[data-testid^="audio-"]')]
      .map((element) => element.srcObject)
      .filter((stream) => stream instanceof MediaStream && stream.getAudioTracks().length > 0)
      .map((stream) => {
        const analyser = context.createAnalyser()
        analyser.fftSize = 8_192
        context.createMediaStreamSource(stream as MediaStream).connect(analyser)
        return analyser
      })
    const samples = new Float32Array(8_192)
    let loudest = 0
    const end = performance.now() + duration
    // The first windows still hold what was before the taps were set.
    await new Promise((resolve) => setTimeout(resolve, 250))
    while (performance.now() < end) {
      for (const analyser of analysers) {
        analyser.getFloatTimeDomainData(samples)
        const recent = samples.subarray(samples.length - 4_800)
        let squares = 0
        for (const sample of recent) squares += sample * sample
        loudest = Math.max(loudest, Math.sqrt(squares / recent.length))
      }
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await context.close()
    return loudest
  }, milliseconds)
}

export const SPEECH = 0.01
const SILENCE = 0.002

/** Waits until speech is received. */
export async function hears(page: Page, timeout = 15_000): Promise<void> {
  await expect.poll(() => loudness(page), { message: 'speech is received', timeout }).toBeGreaterThan(SPEECH)
}

/** Waits until the last sound has died away (a decoder lets it fade), then listens for a while: nothing may be received. */
export async function hearsNothing(page: Page, milliseconds = 3_000): Promise<void> {
  await expect.poll(() => loudness(page, 600), { message: 'the sound dies away', timeout: 5_000 }).toBeLessThan(SILENCE)
  expect(await loudness(page, milliseconds), 'nothing is received').toBeLessThan(SILENCE)
}
