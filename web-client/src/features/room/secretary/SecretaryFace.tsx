import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { myFloor } from '@/meeting'
import { useMeeting, useMicState, useView } from '../context'
import { integer } from '../format'
import { KeyList } from '../parts/KeyList'
import { spaceHeld, useKeys } from '../parts/keys'
import { Board, type BoardHandle } from './Board'
import { nextException } from './board'
import { DotField } from './DotField'
import { PointDialog } from './PointDialog'
import { RollUp } from './RollUp'
import './secretary.css'
import { SecretaryBand } from './SecretaryBand'
import { SidePanel } from './SidePanel'
import { StaleStrip } from './StaleStrip'
import type { Filter } from './status'
import { useLines, useNameOrder, usePoints } from './useBoard'

/** With fewer points than this the field of dots says nothing that the board does not. */
const DOTS_FROM = 200
/** More groups than this start folded, so that a national briefing opens as a list of provinces. */
const OPEN_GROUPS = 8

/** Who is not right. */
export function SecretaryFace() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const held = useRef(false)
  const board = useRef<BoardHandle>(null)
  const search = useRef<HTMLInputElement>(null)
  const picture = usePoints(() => held.current)
  const order = useNameOrder(picture.points)
  const [filter, setFilter] = useState<Filter | null>(null)
  const [text, setText] = useState('')
  const [folds, setFolds] = useState<ReadonlyMap<string, boolean>>(new Map())
  const [selected, setSelected] = useState<string | null>(null)
  const [opened, setOpened] = useState<string | null>(null)
  const [dotsShown, showDots] = useState(true)
  const [keysShown, showKeys] = useState(false)

  const closed = useMemo(() => {
    const byDefault = order.groups.length > OPEN_GROUPS
    return new Set([
      ...order.groups.map((group) => group.code).filter((code) => !(folds.get(code) ?? !byDefault)),
      ...[...folds].filter(([code, open]) => code.startsWith('found:') && !open).map(([code]) => code),
    ])
  }, [order, folds])
  const wish = useMemo(() => ({ filter, search: text, closed }), [filter, text, closed])
  const lines = useLines(picture, order, wish)
  const searching = filter !== null || text.trim() !== ''

  const fold = useCallback(
    (group: string, open: boolean) =>
      setFolds((before) => new Map(before).set(searching ? `found:${group}` : group, open)),
    [searching],
  )
  const hold = useCallback((isHeld: boolean) => {
    held.current = isHeld
  }, [])
  const goToGroup = (group: string) => {
    fold(group, true)
    // The lines with the group unfolded exist after this event.
    window.setTimeout(() => {
      const index = lines.findIndex((line) => line.kind === 'group' && line.group.code === group)
      if (index >= 0) board.current?.goTo(index)
    })
  }
  const step = (direction: 1 | -1) => {
    const next = nextException(lines, board.current?.active() ?? 0, direction)
    if (next >= 0) board.current?.goTo(next)
    else openAll()
  }
  /** The exceptions may all be in folded groups. */
  const openAll = () => setFolds(new Map(order.groups.map((group) => [group.code, true])))
  const heldFloor = useView((view) => myFloor(view) !== null)
  const speaking = ['speaking', 'ending', 'over'].includes(useMicState().kind)

  useKeys({
    n: () => step(1),
    p: () => step(-1),
    m: () => void meeting.command({ type: 'mute_all' }),
    '/': () => search.current?.focus(),
    g: () => search.current?.focus(),
    '?': () => showKeys(true),
    escape: () => {
      setFilter(null)
      setText('')
    },
    space: () => {
      if (!heldFloor) return
      if (speaking && !spaceHeld()) meeting.pauseMic()
      else void meeting.openMic()
    },
    'space-up': () => {
      if (spaceHeld() && heldFloor) meeting.pauseMic()
    },
  })

  const selectedRow = selected === null ? undefined : picture.points.get(selected)
  const openedRow = opened === null ? undefined : picture.points.get(opened)
  const dots = dotsShown && picture.points.size >= DOTS_FROM
  return (
    <main id="main" className="desk-face bg-bg text-text" data-testid="secretary-face">
      <SecretaryBand
        dotsShown={dotsShown}
        onDots={picture.points.size >= DOTS_FROM ? showDots : null}
        onKeys={() => showKeys(true)}
      />
      <RollUp filter={filter} onFilter={setFilter} search={text} onSearch={setText} searchRef={search} />
      <div className="desk-dots">
        <StaleStrip />
        {dots && (
          <div className="border-b border-line px-3.5 py-2 wide:px-6">
            <DotField
              points={picture.points}
              order={order}
              selected={selectedRow?.group ?? null}
              onSelect={goToGroup}
            />
          </div>
        )}
      </div>
      <div className="desk-board flex min-h-0 min-w-0">
        <Board
          ref={board}
          lines={lines}
          emptyText={picture.points.size === 0 ? '' : filter === null ? t('board.none_found') : t(`board.none_${filter}`)}
          selected={selected}
          onFold={fold}
          onOpen={setOpened}
          onSelect={setSelected}
          onHold={hold}
        />
      </div>
      <SidePanel points={picture.points} chosen={selectedRow ?? null} />
      {openedRow && <PointDialog row={openedRow} onClose={() => setOpened(null)} />}
      <KeyList face="secretary" isOpen={keysShown} onClose={() => showKeys(false)} />
      <p className="sr-only">{t('board.size', { n: integer(picture.points.size) })}</p>
    </main>
  )
}
