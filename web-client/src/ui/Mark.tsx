import { cx } from './cx'

const points = Array.from({ length: 12 }, (_, i) => {
  const angle = (i * Math.PI) / 6
  return { x: 32 + 21 * Math.sin(angle), y: 32 - 21 * Math.cos(angle) }
})

/** The mark: a ring of points round their centre. Decorative wherever the name stands beside it. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 64 64" aria-hidden className={cx('shrink-0', className ?? 'size-10')}>
      <rect width="64" height="64" rx="12" className="fill-son" />
      <g className="fill-white">
        {points.map((p) => (
          <circle key={`${p.x},${p.y}`} cx={p.x} cy={p.y} r="2.6" />
        ))}
        <circle cx="32" cy="32" r="8.5" />
      </g>
    </svg>
  )
}
