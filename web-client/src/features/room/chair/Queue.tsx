import { ArrowUpToLine, Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { QueueEntry } from '@/protocol/generated'
import { cx } from '@/ui'
import { inviting } from '../parts/inviting'
import { useMeeting, useView } from '../context'
import { InvitePoint } from './InvitePoint'

/** Height of a row on the wall, in one line and in two; only whole rows are shown. */
const ROW = 103
const STACKED_ROW = 158

/** Who asked to speak, in order; one press gives the floor to any of them. */
export function Queue({ searching, onSearch }: { searching: boolean; onSearch: (open: boolean) => void }) {
  const { t } = useTranslation('room')
  const queue = useView((view) => view.floor.queue)
  const shared = useView((view) => view.stage.content !== null)
  const pinned = useView((view) => view.stage.pinned)
  const meeting = useMeeting()
  const fits = shared ? 3 : 4
  const height = shared ? ROW : STACKED_ROW
  const hidden = queue.length - fits
  return (
    <section aria-label={t('queue.label')} className="flex min-h-0 flex-1 flex-col">
      <div className="flex items-baseline gap-4 border-b-2 border-line pb-2">
        <h2 className="w36 flex-1 font-semibold">
          {t('queue.title')} <span className="num">{queue.length}</span>
        </h2>
        {pinned && (
          <button
            type="button"
            onClick={() => void meeting.command({ type: 'set_main', seat: null })}
            className="w28 flex items-center gap-2 text-text2 underline underline-offset-4"
          >
            <Undo2 aria-hidden className="size-7" />
            {t('stage.follow_floor')}
          </button>
        )}
        {hidden > 0 && !pinned && <p className="w28 text-text2">{t('queue.more', { n: hidden })}</p>}
      </div>
      {queue.length === 0 || searching ? (
        <div className="mt-5 grid content-start gap-5">
          {queue.length === 0 && <p className="w30 text-text2">{t('queue.empty')}</p>}
          <InvitePoint open={searching} onOpenChange={onSearch} />
        </div>
      ) : (
        <ol
          className="min-h-0 overflow-auto"
          style={{ maxHeight: `calc(${fits * height} * var(--u))` }}
          data-testid="queue"
        >
          {queue.map((entry, index) => (
            <Row key={entry.label.seat} entry={entry} number={index + 1} stacked={!shared} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Row({ entry, number, stacked }: { entry: QueueEntry; number: number; stacked: boolean }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const { label } = entry
  const mayGrant = useView((view) => view.me.may_grant)
  const first = number === 1
  return (
    <li
      data-testid={`queue-row-${label.seat}`}
      data-stacked={stacked}
      className={cx(
        'queue-row group border-b-2 border-line last:border-b-0',
        stacked ? 'h-39.5' : 'h-25.75',
      )}
    >
      <span className="num w36 w-9 font-semibold text-text2">{number}</span>
      <span className="w36 truncate font-semibold">{label.name}</span>
      <span className={cx('w28 text-text2', stacked ? 'line-clamp-2' : 'truncate')}>
        {[label.title, label.within].filter(Boolean).join(', ')}
      </span>
      <span className="flex items-center gap-3">
      {!first && (
        <button
          type="button"
          aria-label={t('queue.move_first', { name: label.name })}
          title={t('queue.move_first', { name: label.name })}
          onClick={() => void meeting.command({ type: 'move_first', seat: label.seat })}
          className="hidden size-14 shrink-0 items-center justify-center rounded-ctl text-text2 group-focus-within:flex group-hover:flex"
        >
          <ArrowUpToLine aria-hidden className="size-8" />
        </button>
      )}
      <button
        type="button"
        data-testid={`grant-${label.seat}`}
        aria-label={t(mayGrant ? 'queue.invite_name' : 'queue.put_forward_name', { name: label.name })}
        aria-keyshortcuts={number <= 9 ? String(number) : undefined}
        onClick={() => void meeting.command(inviting(label.seat, mayGrant))}
        className={cx(
          'w30 min-h-20 shrink-0 rounded-ctl px-6 font-semibold whitespace-nowrap',
          first ? 'bg-gold text-on-gold' : 'border-2 border-ctl text-text',
        )}
      >
        {t(mayGrant ? 'queue.invite' : 'queue.put_forward')}
      </button>
      </span>
    </li>
  )
}
