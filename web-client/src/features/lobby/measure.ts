/** Speech louder than this share of the meter counts as heard. */
export const HEARD = 0.3

/** Root mean square of samples (−1…1) to a share of the meter: −55 dBFS is empty, −12 dBFS is full. */
export function levelOf(samples: Float32Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  const rms = Math.sqrt(sum / Math.max(1, samples.length))
  if (rms <= 0) return 0
  const db = 20 * Math.log10(rms)
  return Math.min(1, Math.max(0, (db + 55) / 43))
}

/** Reads the level of a stream's sound about 15 times a second. Returns how to stop. */
export function watchLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  if (stream.getAudioTracks().length === 0) return () => undefined
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  context.createMediaStreamSource(stream).connect(analyser)
  void context.resume()
  const samples = new Float32Array(analyser.fftSize)
  const timer = window.setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    onLevel(levelOf(samples))
  }, 66)
  return () => {
    window.clearInterval(timer)
    void context.close()
  }
}

/** Mean luma of RGBA pixels, 0 (black) to 1 (white). */
export function lumaOf(pixels: Uint8ClampedArray): number {
  let sum = 0
  for (let i = 0; i + 2 < pixels.length; i += 4) {
    sum += 0.2126 * (pixels[i] ?? 0) + 0.7152 * (pixels[i + 1] ?? 0) + 0.0722 * (pixels[i + 2] ?? 0)
  }
  return sum / 255 / Math.max(1, pixels.length / 4)
}

/** Looks at the picture every two seconds, on a thumbnail. Returns how to stop. */
export function watchLuma(video: HTMLVideoElement, onLuma: (luma: number) => void): () => void {
  const canvas = document.createElement('canvas')
  canvas.width = 32
  canvas.height = 18
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const look = () => {
    if (context === null || video.videoWidth === 0) return
    context.drawImage(video, 0, 0, 32, 18)
    onLuma(lumaOf(context.getImageData(0, 0, 32, 18).data))
  }
  const timer = window.setInterval(look, 2000)
  video.addEventListener('loadeddata', look)
  return () => {
    window.clearInterval(timer)
    video.removeEventListener('loadeddata', look)
  }
}

/** Two short notes on the chosen speaker. */
export async function playTestSound(speakerId: string | null): Promise<void> {
  const context = new AudioContext()
  const target = context.createMediaStreamDestination()
  const gain = context.createGain()
  gain.connect(target)
  gain.gain.value = 0.25
  ;[523.25, 659.25].forEach((frequency, i) => {
    const note = context.createOscillator()
    note.frequency.value = frequency
    note.connect(gain)
    note.start(context.currentTime + 0.1 + i * 0.35)
    note.stop(context.currentTime + 0.4 + i * 0.35)
  })
  const audio = new Audio()
  audio.srcObject = target.stream
  if (speakerId !== null && 'setSinkId' in audio) await audio.setSinkId(speakerId).catch(() => undefined)
  await context.resume()
  await audio.play()
  await new Promise((done) => window.setTimeout(done, 1000))
  audio.srcObject = null
  await context.close()
}
