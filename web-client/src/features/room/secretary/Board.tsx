import { useEffect, useId, useImperativeHandle, useMemo, useRef, useState, type KeyboardEvent, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useView } from '../context'
import { integer } from '../format'
import { BoardRow, COLUMNS, HeaderRow } from './BoardRow'
import { lineKey, type Line } from './board'
import { figuresOf } from './status'

/** Every line is this high, always. */
export const LINE = 35
const OVERSCAN = 12

export interface BoardHandle {
  /** Makes a line the active one, brings it into view and puts the focus on the board. */
  goTo(index: number): void
  active(): number
}

interface BoardProps {
  ref: Ref<BoardHandle>
  lines: readonly Line[]
  emptyText: string
  selected: string | null
  onFold: (group: string, open: boolean) => void
  onOpen: (point: string) => void
  onSelect: (point: string) => void
  onHold: (held: boolean) => void
}

/**
 * The tree grid. Only the lines in sight (and a dozen either side) exist in the page; the focus stays on the grid and
 * points at its active line, so that it survives the line's leaving the page.
 */
export function Board({ ref, lines, emptyText, selected, onFold, onOpen, onSelect, onHold }: BoardProps) {
  const { t } = useTranslation('room')
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const qualities = useView((state) => state.quality)
  const [view, setView] = useState({ top: 0, height: 600 })
  const [activeKey, setActiveKey] = useState<string | null>(null)
  const active = Math.max(
    0,
    lines.findIndex((line) => lineKey(line) === activeKey),
  )
  useEffect(() => {
    const element = scroller.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  const goTo = (index: number) => {
    const line = lines[index]
    const element = scroller.current
    if (!line || !element) return
    setActiveKey(lineKey(line))
    if (line.kind === 'point') onSelect(line.row.point)
    // The first line in sight may be under the sticky header of its group.
    if (index * LINE < element.scrollTop + LINE) element.scrollTop = Math.max(0, (index - 1) * LINE)
    else if ((index + 1) * LINE > element.scrollTop + element.clientHeight)
      element.scrollTop = (index + 1) * LINE - element.clientHeight
  }
  useImperativeHandle(ref, () => ({
    goTo: (index) => {
      goTo(index)
      scroller.current?.focus({ preventScroll: true })
    },
    active: () => active,
  }))

  const key = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.nativeEvent.isComposing) return
    const line = lines[active]
    const page = Math.max(1, Math.floor(view.height / LINE) - 1)
    const moves: Partial<Record<string, () => void>> = {
      ArrowDown: () => goTo(Math.min(lines.length - 1, active + 1)),
      ArrowUp: () => goTo(Math.max(0, active - 1)),
      PageDown: () => goTo(Math.min(lines.length - 1, active + page)),
      PageUp: () => goTo(Math.max(0, active - page)),
      Home: () => goTo(0),
      End: () => goTo(lines.length - 1),
      ArrowRight: () => {
        if (line?.kind === 'group' && !line.open) onFold(line.group.code, true)
        else if (line?.kind === 'group') goTo(active + 1)
      },
      ArrowLeft: () => {
        if (line?.kind === 'group') onFold(line.group.code, false)
        else goTo(groupAbove(lines, active))
      },
      Enter: () => {
        if (line?.kind === 'group') onFold(line.group.code, !line.open)
        if (line?.kind === 'point') onOpen(line.row.point)
      },
    }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    move()
  }

  const first = Math.max(0, Math.floor(view.top / LINE) - OVERSCAN)
  const last = Math.min(lines.length, Math.ceil((view.top + view.height) / LINE) + OVERSCAN)
  const numbers = useMemo(() => pointNumbers(lines), [lines])
  const shownFirst = (numbers[Math.floor(view.top / LINE)] ?? 0) + 1
  const shownLast = numbers[Math.min(lines.length, Math.ceil((view.top + view.height) / LINE))] ?? 0
  const sticky = view.top > 0 ? lines[groupAbove(lines, Math.floor(view.top / LINE))] : undefined
  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <div aria-hidden className="overflow-x-hidden overflow-y-scroll border-b border-line bg-surface">
        <HeaderRow />
      </div>
      <div
        ref={scroller}
        role="treegrid"
        aria-label={t('board.label')}
        aria-rowcount={lines.length}
        aria-colcount={COLUMNS}
        aria-activedescendant={lines.length > 0 ? `${id}-${active}` : undefined}
        tabIndex={0}
        data-testid="board"
        onScroll={(event) => setView({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })}
        onKeyDown={key}
        onFocus={() => onHold(true)}
        onBlur={() => onHold(false)}
        onPointerEnter={() => onHold(true)}
        onPointerLeave={() => onHold(document.activeElement === scroller.current)}
        className="group/board relative min-h-0 flex-1 overflow-y-scroll overflow-x-hidden bg-surface outline-offset-[-3px] [contain:strict]"
      >
        {sticky?.kind === 'group' && (
          <div aria-hidden className="sticky top-0 z-10 h-0">
            <BoardRow
              line={sticky}
              figures={null}
              index={-1}
              active={false}
              selected={false}
              onFold={onFold}
              onOpen={onOpen}
              onSelect={() => undefined}
            />
          </div>
        )}
        {lines.length === 0 && <p className="px-6 py-8 text-lead text-text2">{emptyText}</p>}
        <div role="presentation" style={{ height: lines.length * LINE }} className="relative">
          {lines.slice(first, last).map((line, offset) => {
            const index = first + offset
            return (
              <div role="presentation" key={lineKey(line)} className="absolute inset-x-0" style={{ top: index * LINE }}>
                <BoardRow
                  id={`${id}-${index}`}
                  line={line}
                  figures={line.kind === 'point' ? figuresOf(line.row, qualities) : null}
                  index={index}
                  active={index === active}
                  selected={line.kind === 'point' && line.row.point === selected}
                  onFold={onFold}
                  onOpen={onOpen}
                  onSelect={setActiveAndSelect(line, setActiveKey, onSelect)}
                />
              </div>
            )
          })}
        </div>
      </div>
      <p className="flex min-h-9 items-center gap-2.5 border-t border-line bg-surface px-3.5 text-small text-text2">
        <span className="num flex-1">
          {shownLast === 0
            ? ''
            : t('board.range', {
                from: integer(shownFirst),
                to: integer(shownLast),
                total: integer(numbers[lines.length] ?? 0),
              })}
        </span>
        <Key>↑</Key>
        <Key>↓</Key>
        {t('board.choose')}
        <Key>Enter</Key>
        {t('board.open')}
        <Key>N</Key>
        {t('board.next')}
      </p>
    </div>
  )
}

function setActiveAndSelect(line: Line, setActive: (key: string) => void, onSelect: (point: string) => void) {
  return () => {
    setActive(lineKey(line))
    if (line.kind === 'point') onSelect(line.row.point)
  }
}

function Key({ children }: { children: string }) {
  return (
    <kbd className="hidden rounded-tag border border-ctl px-1.5 font-sans text-small text-text desk:inline">
      {children}
    </kbd>
  )
}

/** How many points are before each line; the last entry is how many there are. */
function pointNumbers(lines: readonly Line[]): number[] {
  const numbers = [0]
  for (const line of lines) numbers.push((numbers.at(-1) ?? 0) + (line.kind === 'point' ? 1 : 0))
  return numbers
}

function groupAbove(lines: readonly Line[], from: number): number {
  for (let index = Math.min(from, lines.length - 1); index >= 0; index -= 1) {
    if (lines[index]?.kind === 'group') return index
  }
  return 0
}
