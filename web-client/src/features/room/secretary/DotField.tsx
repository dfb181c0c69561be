import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PointRow } from '@/protocol/generated'
import { integer } from '../format'
import type { NameOrder } from './board'
import { blockAt, layOut, type Block } from './dots'
import { severityOf } from './status'

interface DotFieldProps {
  points: ReadonlyMap<string, PointRow>
  order: NameOrder
  selected: string | null
  onSelect: (group: string) => void
}

/** Height of the field, and on a small screen. */
const HEIGHT = 120
const LOW_HEIGHT = 86
const SMALL_SCREEN = 1500

/** One cell for each point, one block for each province. The tree grid below says the same in words. */
export function DotField({ points, order, selected, onSelect }: DotFieldProps) {
  const { t } = useTranslation('room')
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    if (!box.current) return undefined
    const observer = new ResizeObserver((entries) => setWidth(Math.floor(entries[0]?.contentRect.width ?? 0)))
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  const height = width < SMALL_SCREEN ? LOW_HEIGHT : HEIGHT
  const field = useMemo(
    () =>
      layOut(
        order.groups.map((group) => group.points.length),
        width,
        height,
      ),
    [order, width, height],
  )
  const counts = useMemo(() => order.groups.map((group) => exceptionsIn(group.points, points)), [order, points])
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      if (canvas.current) draw(canvas.current, field, order, points, selected)
    })
    return () => cancelAnimationFrame(frame)
  }, [field, order, points, selected])
  const worst = counts.reduce((sum, count) => sum + count, 0)
  const enough = width < SMALL_SCREEN ? 13 : 9
  return (
    <div ref={box} className="relative h-full">
      {/* A pointer's shortcut: the grid below is the keyboard's way to the same groups. */}
      <div role="img" aria-label={t('dots.summary', { points: integer(points.size), n: integer(worst) })}>
        <canvas
          ref={canvas}
          style={{ width, height }}
          onClick={(event) => {
            const at = blockAt(field, event.nativeEvent.offsetX)
            const group = at === null ? undefined : order.groups[at]
            if (group) onSelect(group.code)
          }}
          className="block cursor-pointer"
        />
      </div>
      <div aria-hidden className="relative h-6 text-small">
        {labels(field.blocks, order, counts, enough, selected, width).map(({ code, name, x, count }) => (
          <span key={code} className="absolute whitespace-nowrap" style={{ left: x }}>
            <span className={code === selected ? 'font-semibold' : ''}>{name}</span>{' '}
            <span className="num">{count}</span>
          </span>
        ))}
      </div>
    </div>
  )
}

function exceptionsIn(group: readonly string[], points: ReadonlyMap<string, PointRow>): number {
  let count = 0
  for (const point of group) {
    const row = points.get(point)
    const severity = row ? severityOf(row) : 'none'
    if (severity === 'bad' || severity === 'warn') count += 1
  }
  return count
}

const LABEL_WIDTH = 110

/** Names under the worst provinces and the selected one; where two would touch, the first stays. */
function labels(
  blocks: readonly Block[],
  order: NameOrder,
  counts: readonly number[],
  enough: number,
  selected: string | null,
  width: number,
) {
  const few = order.groups.length <= 12
  const chosen = order.groups.flatMap((group, index) => {
    const block = blocks[index]
    const count = counts[index] ?? 0
    if (!block || !(few || count >= enough || group.code === selected)) return []
    return [{ code: group.code, name: group.name, count, x: Math.min(block.x, width - LABEL_WIDTH) }]
  })
  const kept: typeof chosen = []
  for (const label of chosen) {
    const before = kept.at(-1)
    if (!before || label.x - before.x >= LABEL_WIDTH) kept.push(label)
    else if (label.code === selected) kept[kept.length - 1] = label
  }
  return kept
}

function draw(
  canvas: HTMLCanvasElement,
  field: ReturnType<typeof layOut>,
  order: NameOrder,
  points: ReadonlyMap<string, PointRow>,
  selected: string | null,
): void {
  const scale = window.devicePixelRatio || 1
  const { width, height, pitch, rows, blocks } = field
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const context = canvas.getContext('2d')
  if (!context || width === 0) return
  const style = getComputedStyle(canvas)
  const colours = {
    ok: style.getPropertyValue('--color-cell-ok'),
    none: style.getPropertyValue('--color-sunken'),
    warn: style.getPropertyValue('--color-cell-warn'),
    bad: style.getPropertyValue('--color-cell-bad'),
  }
  context.scale(scale, scale)
  const cell = pitch - 1
  order.groups.forEach((group, index) => {
    const block = blocks[index]
    if (!block) return
    group.points.forEach((point, n) => {
      const row = points.get(point)
      context.fillStyle = colours[row ? severityOf(row) : 'none']
      context.fillRect(block.x + Math.floor(n / rows) * pitch, 3 + (n % rows) * pitch, cell, cell)
    })
    if (group.code === selected) {
      context.strokeStyle = style.getPropertyValue('--color-text')
      context.lineWidth = 2
      context.strokeRect(block.x - 2.5, 1, block.width + 4, rows * pitch + 4)
    }
  })
}
