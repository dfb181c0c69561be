import { Meter as AriaMeter } from 'react-aria-components'
import { cx } from './cx'

export interface LevelMeterProps {
  label: string
  /** 0 to 1. */
  level: number
  segments?: number
  /** Colours of a lit and an unlit segment. */
  lit?: string
  unlit?: string
  className?: string
}

/** A row of segments: readable from across a room, and cheap to redraw. */
export function LevelMeter(props: LevelMeterProps) {
  const { label, level, segments = 18, lit = 'bg-[#63cb95]', unlit = 'bg-[#333d47]', className } = props
  const on = Math.round(Math.min(1, Math.max(0, level)) * segments)
  return (
    <AriaMeter aria-label={label} value={Math.round(level * 100)} className={cx('flex gap-1', className)}>
      {Array.from({ length: segments }, (_, i) => (
        <span key={i} className={cx('h-5 w-2.5 rounded-[2px]', i < on ? lit : unlit)} />
      ))}
    </AriaMeter>
  )
}

/** A plain bar with its share filled. */
export function BarMeter({
  label,
  value,
  max,
  className,
}: {
  label: string
  value: number
  max: number
  className?: string
}) {
  const share = max > 0 ? Math.min(1, value / max) : 0
  return (
    <AriaMeter
      aria-label={label}
      value={value}
      maxValue={Math.max(1, max)}
      className={cx('block h-2 overflow-hidden rounded-tag bg-sunken', className)}
    >
      <span className="block h-full bg-pri" style={{ width: `${share * 100}%` }} />
    </AriaMeter>
  )
}
