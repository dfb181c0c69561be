/** 99 points in five rings round their centre: the only ornament there is, and it is a count. */
const RINGS = [
  { radius: 84, count: 9 },
  { radius: 138, count: 14 },
  { radius: 192, count: 20 },
  { radius: 246, count: 25 },
  { radius: 300, count: 31 },
]

const dots = RINGS.flatMap(({ radius, count }) =>
  Array.from({ length: count }, (_, i) => {
    const angle = (2 * Math.PI * i) / count
    return { x: radius * Math.sin(angle), y: -radius * Math.cos(angle) }
  }),
)

export function PointsRing({ className }: { className?: string }) {
  return (
    <svg viewBox="-324 -324 648 648" aria-hidden className={className}>
      <g className="fill-[#34424d]">
        {dots.map((dot) => (
          <circle key={`${dot.x},${dot.y}`} cx={dot.x} cy={dot.y} r="5.5" />
        ))}
      </g>
      <circle r="16" className="fill-gold" />
    </svg>
  )
}
