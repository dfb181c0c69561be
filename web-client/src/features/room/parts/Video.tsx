import { useEffect, useRef } from 'react'
import { cx } from '@/ui'

export interface VideoProps {
  stream: MediaStream | null
  /** What it shows, in words. */
  label: string
  testId?: string
  /** `contain` for anything that is read, `cover` for people. */
  fit?: 'cover' | 'contain'
  mirrored?: boolean
  className?: string
}

/** A picture without sound: sound has its own elements, so that it never stops with a picture. */
export function Video({ stream, label, testId, fit = 'cover', mirrored = false, className }: VideoProps) {
  const ref = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    const video = ref.current
    if (video && video.srcObject !== stream) video.srcObject = stream
  }, [stream])
  return (
    <video
      ref={ref}
      aria-label={label}
      data-testid={testId}
      autoPlay
      playsInline
      muted
      disablePictureInPicture
      className={cx(
        'block size-full',
        fit === 'cover' ? 'object-cover' : 'object-contain',
        mirrored && '-scale-x-100',
        className,
      )}
    />
  )
}
