import { Search } from 'lucide-react'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { cx } from '@/ui'
import { useView } from '../context'
import { integer, timeOfDay } from '../format'
import type { Filter } from './status'

interface RollUpProps {
  filter: Filter | null
  onFilter: (filter: Filter | null) => void
  search: string
  onSearch: (text: string) => void
  searchRef: RefObject<HTMLInputElement | null>
}

const tones: Partial<Record<Filter, string>> = { absent: 'text-bad', late: 'text-warn', weak: 'text-warn' }

/** The numbers of the whole briefing; each is a switch that filters the board. */
export function RollUp({ filter, onFilter, search, onSearch, searchRef }: RollUpProps) {
  const { t } = useTranslation('room')
  const counts = useView((view) => view.counts)
  const starts = useView((view) => view.briefing.starts_at)
  const first = useView((view) => view.floor.queue[0]?.label.name ?? null)
  const numbers: { id: Filter; n: number; sub: string }[] = [
    { id: 'present', n: counts.present, sub: t('numbers.present_sub', { n: integer(counts.points) }) },
    { id: 'absent', n: counts.absent + counts.excused, sub: t('numbers.absent_sub', { n: integer(counts.excused) }) },
    { id: 'late', n: counts.late, sub: t('numbers.late_sub', { time: timeOfDay(starts) }) },
    { id: 'weak', n: counts.weak + counts.lost, sub: t('numbers.weak_sub', { n: integer(counts.lost) }) },
    { id: 'deputised', n: counts.deputised, sub: t('numbers.deputised_sub') },
    {
      id: 'hands',
      n: counts.hands,
      sub: first === null ? t('numbers.hands_none') : t('numbers.hands_sub', { name: first }),
    },
  ]
  return (
    <div className="desk-numbers flex min-w-0 flex-wrap items-stretch border-b border-line bg-surface desk:flex-nowrap">
      <div
        role="group"
        aria-label={t('numbers.label')}
        className="grid w-full min-w-0 grid-cols-2 items-stretch tablet:grid-cols-3 desk:flex desk:w-auto desk:flex-1"
      >
        {numbers.map(({ id, n, sub }) => (
          <button
            key={id}
            type="button"
            data-testid={`number-${id}`}
            aria-pressed={filter === id}
            onClick={() => onFilter(filter === id ? null : id)}
            className={cx(
              'flex items-center gap-2.5 border-r border-line px-3.5 py-2 text-left -outline-offset-3 max-desk:border-b hover:bg-bg wide:px-6',
              filter === id && 'bg-pri-tint shadow-[inset_0_-3px_0_var(--color-pri)]',
            )}
          >
            <span className={cx('num text-title2 font-semibold wide:text-[2.25rem]', n > 0 && tones[id])}>
              {integer(n)}
            </span>
            <span className="min-w-0 text-small desk:whitespace-nowrap wide:text-lead">
              <span className={cx('block font-semibold', n > 0 && tones[id])}>{t(`numbers.${id}`)}</span>
              <span className="block text-text2">{sub}</span>
            </span>
          </button>
        ))}
        <p className="hidden items-center gap-2.5 px-6 wide:flex">
          <span className="num text-[2.25rem] font-semibold">{integer(counts.headcount)}</span>
          <span className="text-lead whitespace-nowrap">
            <span className="block font-semibold">{t('numbers.headcount')}</span>
            <span className="block text-text2">{t('numbers.headcount_sub')}</span>
          </span>
        </p>
      </div>
      <label className="flex w-full shrink-0 items-center px-3.5 py-2 desk:w-45 wide:w-76 wide:px-6">
        <span className="flex min-h-11 w-full items-center gap-2 rounded-ctl border border-ctl px-3">
          <Search aria-hidden size={18} className="shrink-0 text-text2" />
          <input
            ref={searchRef}
            type="search"
            data-testid="board-search"
            aria-label={t('numbers.search')}
            placeholder={t('numbers.search_short')}
            value={search}
            onChange={(event) => onSearch(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') {
                onSearch('')
                event.currentTarget.blur()
              }
            }}
            className="min-w-0 flex-1 bg-transparent text-body outline-none"
          />
        </span>
      </label>
    </div>
  )
}
