import {
  Check,
  ChevronDown,
  ChevronRight,
  CircleCheck,
  CircleDashed,
  CircleX,
  Clock,
  DoorOpen,
  Hand,
  LogOut,
  Mic,
  PhoneCall,
  WifiOff,
  type LucideIcon,
} from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { PointRow, SeatQuality } from '@/protocol/generated'
import { cx } from '@/ui'
import { useMeeting, useSecond, useView } from '../context'
import { shortClock, timeOfDay } from '../format'
import type { GroupSummary, Line } from './board'
import { LossCell, MainCell } from './Figures'
import { isDeputised, isHere, linkTone, statusOf, type Status } from './status'

export const COLUMNS = 10

const icons: Record<Status, LucideIcon> = {
  present: CircleCheck,
  late: Clock,
  absent: CircleX,
  excused: CircleX,
  lost: WifiOff,
  left: LogOut,
  waiting: DoorOpen,
  not_yet: CircleDashed,
}

const iconTone: Record<Status, string> = {
  present: 'text-ok',
  late: 'text-warn',
  absent: 'text-bad',
  excused: 'text-bad',
  lost: 'text-bad',
  left: 'text-text2',
  waiting: 'text-text2',
  not_yet: 'text-text3',
}

const wordTone: Record<Status, string> = {
  present: '',
  late: 'font-medium text-warn',
  absent: 'font-medium text-bad',
  excused: '',
  lost: 'font-medium text-bad',
  left: '',
  waiting: '',
  not_yet: '',
}

export function HeaderRow() {
  const { t } = useTranslation('room')
  return (
    <div className="board-grid h-8.5 text-small text-text2">
      <span>{t('board.status')}</span>
      <span>{t('board.point')}</span>
      <span>{t('board.person')}</span>
      <span className="board-wide text-right">{t('board.joined')}</span>
      <span className="text-right">{t('board.people')}</span>
      <span>{t('board.floor')}</span>
      <span>{t('board.link')}</span>
      <span>{t('board.loss')}</span>
      <span className="board-wide">{t('board.main')}</span>
      <span>{t('board.roll')}</span>
    </div>
  )
}

interface BoardRowProps {
  id?: string
  line: Line
  /** Of the line's point, if its link is measured. */
  figures: SeatQuality | null
  index: number
  active: boolean
  selected: boolean
  onFold: (group: string, open: boolean) => void
  onOpen: (point: string) => void
  onSelect: () => void
}

/** Drawn again only when its own line changes. */
export const BoardRow = memo(
  function BoardRow(props: BoardRowProps) {
    const { line } = props
    switch (line.kind) {
      case 'group':
        return <GroupRow {...props} group={line.group} open={line.open} />
      case 'rest':
        return <RestRow {...props} count={line.count} />
      case 'point':
        return <PointLine {...props} row={line.row} recovering={line.recovering} />
    }
  },
  (before, after) =>
    before.index === after.index &&
    before.figures === after.figures &&
    before.active === after.active &&
    before.selected === after.selected &&
    sameLine(before.line, after.line),
)

function sameLine(a: Line, b: Line): boolean {
  if (a.kind === 'point' && b.kind === 'point') return a.row === b.row && a.recovering === b.recovering
  if (a.kind === 'rest' && b.kind === 'rest') return a.count === b.count && a.group === b.group
  if (a.kind === 'group' && b.kind === 'group')
    return (
      a.open === b.open &&
      a.group.code === b.group.code &&
      a.group.here === b.group.here &&
      a.group.bad === b.group.bad &&
      a.group.warn === b.group.warn &&
      a.group.total === b.group.total
    )
  return false
}

const focusMark =
  'group-focus-visible/board:outline-2 group-focus-visible/board:-outline-offset-2 group-focus-visible/board:outline-focus'

function GroupRow({ id, index, active, group, open, onFold }: BoardRowProps & { group: GroupSummary; open: boolean }) {
  const { t } = useTranslation('room')
  const Arrow = open ? ChevronDown : ChevronRight
  const share = (count: number) => `${group.total === 0 ? 0 : (count / group.total) * 100}%`
  return (
    // The grid has the focus and the keys; a pointer may press the line itself.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="row"
      aria-level={1}
      aria-expanded={open}
      aria-rowindex={index + 1}
      data-testid={`group-${group.code}`}
      onClick={() => onFold(group.code, !open)}
      className={cx(
        'flex h-8.75 cursor-pointer items-center border-b border-line px-3.5 text-body wide:px-6',
        open ? 'bg-sunken' : 'bg-bg',
        active && focusMark,
      )}
    >
      <span role="gridcell" aria-colspan={COLUMNS} className="flex min-w-0 flex-1 items-center gap-4">
        <Arrow aria-hidden size={18} strokeWidth={2.25} className="shrink-0" />
        <span className="w-32 shrink-0 truncate font-semibold">{group.name}</span>
        <span className="num w-30 shrink-0 whitespace-nowrap text-text2">
          {t('board.here', { here: group.here, total: group.total })}
        </span>
        <span aria-hidden className="hidden h-2 w-60 overflow-hidden rounded-[2px] bg-cell-ok tablet:flex">
          <span className="ml-auto bg-cell-warn" style={{ width: share(group.warn) }} />
          <span className="border-l border-surface bg-cell-bad" style={{ width: share(group.bad) }} />
        </span>
        {group.attention > 0 && (
          <span className="truncate text-text2">{t('board.attention', { n: group.attention })}</span>
        )}
      </span>
    </div>
  )
}

function RestRow({ id, index, active, count }: BoardRowProps & { count: number }) {
  const { t } = useTranslation('room')
  return (
    <div
      id={id}
      role="row"
      aria-level={2}
      aria-rowindex={index + 1}
      className={cx(
        'flex h-8.75 items-center border-b border-line bg-bg px-3.5 text-small wide:px-6 text-text2',
        active && focusMark,
      )}
    >
      <span role="gridcell" aria-colspan={COLUMNS}>
        {t('board.rest', { n: count })}
      </span>
    </div>
  )
}

function PointLine({
  id,
  index,
  active,
  selected,
  row,
  figures,
  recovering,
  onOpen,
  onSelect,
}: BoardRowProps & { row: PointRow; recovering: boolean }) {
  const { t } = useTranslation('room')
  const status = statusOf(row)
  const Icon = icons[status]
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="row"
      aria-level={2}
      aria-selected={selected}
      aria-rowindex={index + 1}
      data-testid={`row-${row.unit}`}
      data-status={status}
      onClick={onSelect}
      onDoubleClick={() => onOpen(row.point)}
      className={cx(
        'board-grid h-8.75 border-b border-line text-body',
        selected ? 'bg-pri-tint shadow-[inset_3px_0_0_var(--color-pri)]' : 'bg-surface',
        recovering && 'text-text3',
        active && focusMark,
      )}
    >
      <span
        role="gridcell"
        className={cx('flex items-center gap-2 truncate', wordTone[status], wordTone[status] === '' && 'text-text2')}
      >
        <Icon aria-hidden size={18} className={cx('shrink-0', recovering ? 'text-text3' : iconTone[status])} />
        {t(`status.${status}`)}
      </span>
      <span role="gridcell" className="truncate font-medium">
        <button
          type="button"
          tabIndex={-1}
          onClick={() => onOpen(row.point)}
          className="max-w-full truncate hover:underline"
        >
          {row.name}
        </button>
      </span>
      <span role="gridcell" className="flex min-w-0 items-center gap-2 text-text2">
        <span className="truncate">{personOf(row, t('board.nobody'))}</span>
        {isDeputised(row) && (
          <span className="shrink-0 rounded-tag border border-ctl px-1.5 text-meta">{t('board.deputy')}</span>
        )}
      </span>
      <span role="gridcell" className="board-wide num text-right">
        {row.joined_at && timeOfDay(row.joined_at)}
      </span>
      <span role="gridcell" className="num text-right">
        {row.headcount}
      </span>
      <span role="gridcell">
        {row.speaking ? (
          <span className="inline-flex items-center gap-1.5 rounded-tag bg-gold px-2 text-small font-semibold text-on-gold">
            <Mic aria-hidden size={14} strokeWidth={2.5} />
            {t('board.speaking')}
          </span>
        ) : (
          row.hand !== null && (
            <span className="inline-flex items-center gap-1.5">
              <Hand aria-hidden size={16} />
              {t('hand.number', { n: row.hand })}
            </span>
          )
        )}
      </span>
      <span role="gridcell" className="truncate">
        <LinkCell row={row} />
      </span>
      <span role="gridcell" className="num truncate" data-testid={`loss-${row.unit}`}>
        {figures && <LossCell figures={figures} />}
      </span>
      <span role="gridcell" className="board-wide truncate" data-testid={`main-${row.unit}`}>
        {figures && <MainCell figures={figures} />}
      </span>
      <span role="gridcell" className="truncate">
        <RollCell row={row} />
      </span>
    </div>
  )
}

function personOf(row: PointRow, nobody: string): string {
  if (row.mark?.state === 'excused') return row.mark.reason
  if (row.mark?.state === 'represented') return row.mark.by
  if (row.representative) return [row.representative.name, row.representative.title].filter(Boolean).join(', ')
  return row.seat === null ? nobody : ''
}

function LinkCell({ row }: { row: PointRow }) {
  const { t } = useTranslation('room')
  if (row.lost_since !== null && statusOf(row) === 'lost') return <Reconnecting since={row.lost_since} />
  if (!isHere(row) || row.link === 'unknown') return null
  return <span className={linkTone(row.link)}>{t(`quality.${row.link}`)}</span>
}

function Reconnecting({ since }: { since: string }) {
  const { t } = useTranslation('room')
  const now = useSecond()
  return (
    <span className="num font-medium text-bad">
      {t('quality.lost', { time: shortClock((now - Date.parse(since)) / 1000) })}
    </span>
  )
}

/** The answer to the roll call, or the one thing that the secretary can do about this point. */
function RollCell({ row }: { row: PointRow }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const running = useView((view) => view.roll_call?.closed_at === null)
  const status = statusOf(row)
  if (status === 'excused') return <span className="text-text2">{t('board.excused')}</span>
  if ((status === 'absent' || status === 'lost') && row.answer === null)
    return row.phone === null ? null : (
      <a
        href={`tel:${row.phone}`}
        tabIndex={-1}
        title={row.phone}
        className="inline-flex h-7 items-center gap-2 rounded-ctl border border-ctl px-2 text-small font-medium"
      >
        <PhoneCall aria-hidden size={15} />
        {t('board.call')}
      </a>
    )
  if (row.answer)
    return (
      <span className="inline-flex items-center gap-2 text-text2">
        <Check aria-hidden size={16} />
        {t(row.answer.by_secretary ? 'board.written' : 'board.answered')}
      </span>
    )
  if (!running || !isHere(row)) return null
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={() => void meeting.command({ type: 'ask_again', points: [row.point] })}
      className="h-7 rounded-ctl border border-ctl px-2 text-small font-medium"
    >
      {t('board.ask_again')}
    </button>
  )
}
