/** A page of small text at 1920 × 1080, as somebody would share it. */

interface Painter {
  paintText(target: CanvasRenderingContext2D): void
}

/** Runs in a page before the others. */
export function defineText(): void {
  const paintText = (target: CanvasRenderingContext2D): void => {
    target.fillStyle = '#ffffff'
    target.fillRect(0, 0, 1920, 1080)
    target.fillStyle = '#111111'
    target.font = '16px sans-serif'
    for (let row = 0; row < 46; row += 1)
      for (let column = 0; column < 4; column += 1)
        target.fillText(`${row + 1}. Xã ${column * 46 + row}: ${(row * 7919 + column * 104729) % 99991} hộ, đạt ${(row * 31 + column * 17) % 100}%`, 24 + column * 470, 30 + row * 22)
  }
  Object.assign(window, { paintText })
}

/** Runs in a page: makes `getDisplayMedia` give the page of text, still but for a second hand in its corner. */
export function shareText(): void {
  const canvas = document.createElement('canvas')
  canvas.width = 1920
  canvas.height = 1080
  const context = canvas.getContext('2d')
  if (!context) throw new Error('no canvas')
  ;(window as unknown as Painter).paintText(context)
  let turn = 0
  setInterval(() => {
    context.fillStyle = turn % 2 === 0 ? '#1a3d8f' : '#ffffff'
    context.fillRect(1890, 1050, 20, 20)
    turn += 1
  }, 200)
  navigator.mediaDevices.getDisplayMedia = () => Promise.resolve(canvas.captureStream(5))
}

/**
 * Runs in a page: how like the source a received picture is, as the mean structural similarity of 8 × 8 blocks that hold
 * text (0 to 1), and its size.
 */
export function likeText(testId: string): { width: number; height: number; similarity: number } | null {
  const video = document.querySelector<HTMLVideoElement>(`video[data-testid="${testId}"]`)
  if (!video || video.readyState < 2) return null
  const { videoWidth: width, videoHeight: height } = video
  const pixels = (paint: (context: CanvasRenderingContext2D) => void): Float32Array => {
    const canvas = document.createElement('canvas')
    canvas.width = 1920
    canvas.height = 1080
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (!context) throw new Error('no canvas')
    paint(context)
    const { data } = context.getImageData(0, 0, 1920, 1040)
    const grey = new Float32Array(data.length / 4)
    for (let at = 0; at < grey.length; at += 1) grey[at] = 0.299 * (data[4 * at] ?? 0) + 0.587 * (data[4 * at + 1] ?? 0) + 0.114 * (data[4 * at + 2] ?? 0)
    return grey
  }
  const received = pixels((context) => context.drawImage(video, 0, 0, 1920, 1080))
  const source = pixels((window as unknown as Painter).paintText)
  let [total, blocks] = [0, 0]
  for (let top = 0; top + 8 <= 1040; top += 8)
    for (let left = 0; left + 8 <= 1920; left += 8) {
      let [a, b, aa, bb, ab] = [0, 0, 0, 0, 0]
      for (let y = 0; y < 8; y += 1)
        for (let x = 0; x < 8; x += 1) {
          const at = (top + y) * 1920 + left + x
          const [p, q] = [source[at] ?? 0, received[at] ?? 0]
          a += p
          b += q
          aa += p * p
          bb += q * q
          ab += p * q
        }
      ;[a, b, aa, bb, ab] = [a / 64, b / 64, aa / 64, bb / 64, ab / 64]
      const [va, vb, cov] = [aa - a * a, bb - b * b, ab - a * b]
      if (va < 200) continue
      total += ((2 * a * b + 6.5) * (2 * cov + 58.5)) / ((a * a + b * b + 6.5) * (va + vb + 58.5))
      blocks += 1
    }
  return { width, height, similarity: blocks === 0 ? 0 : total / blocks }
}
