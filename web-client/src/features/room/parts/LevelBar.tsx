import { useEffect, useRef } from 'react'
import { meterOf } from '@/meeting'
import { useMedia } from '../context'

const CELLS = 14
const READ_MS = 80

/** The level of the track that is really sent. Drawn past React: it changes twelve times a second. */
export function LevelBar() {
  const track = useMedia((media) => media.microphoneTrack)
  const ref = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    if (!track) return undefined
    const meter = meterOf(track)
    const timer = window.setInterval(() => {
      const lit = Math.round(meter.read() * CELLS)
      ref.current?.querySelectorAll<HTMLElement>('[data-cell]').forEach((cell, index) => {
        cell.style.opacity = index < lit ? '1' : '0.3'
      })
    }, READ_MS)
    return () => {
      window.clearInterval(timer)
      meter.stop()
    }
  }, [track])
  return (
    <span ref={ref} aria-hidden className="flex gap-1">
      {Array.from({ length: CELLS }, (_, index) => (
        <span key={index} data-cell className="h-3 max-w-5.5 flex-1 rounded-[2px] bg-current opacity-30" />
      ))}
    </span>
  )
}
