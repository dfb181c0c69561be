/** Measures how loud a track is, for a meter; 0 to 1, where ordinary speech reaches 0.6. */
export interface LevelMeter {
  read(): number
  stop(): void
}

const QUIET_DB = -60
const LOUD_DB = -10

/** RMS of one buffer of samples on the scale of the meter. */
export function levelOf(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const db = 10 * Math.log10(sum / samples.length + 1e-12)
  return Math.min(1, Math.max(0, (db - QUIET_DB) / (LOUD_DB - QUIET_DB)))
}

/** Listens to the very track that is sent: a disabled track shows as silence, as it is. */
export function meterOf(track: MediaStreamTrack): LevelMeter {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1_024
  const source = context.createMediaStreamSource(new MediaStream([track]))
  source.connect(analyser)
  const samples = new Float32Array(analyser.fftSize)
  return {
    read() {
      if (context.state === 'suspended') void context.resume()
      analyser.getFloatTimeDomainData(samples)
      return levelOf(samples)
    },
    stop() {
      source.disconnect()
      void context.close()
    },
  }
}
