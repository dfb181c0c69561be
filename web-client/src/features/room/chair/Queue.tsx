import { ArrowUpToLine, Undo2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { QueueEntry } from '@/protocol/generated'
import { cx } from '@/ui'
import { inviting } from '../parts/inviting'
import { useMeeting, useView } from '../context'
import { InvitePoint } from './InvitePoint'

/** Height of a row on the wall; only whole rows are shown. */
const ROW = 103

/** Who asked to speak, in order; one press gives the floor to any of them. */
export function Queue({ searching, onSearch }: { searching: boolean; onSearch: (open: boolean) => void }) {
  const { t } = useTranslation('room')
  const queue = useView((view) => view.floor.queue)
  const shared = useView((view) => view.stage.content !== null)
  const pinned = useView((view) => view.stage.pinned)
  const meeting = useMeeting()
  const fits = shared ? 3 : 7
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
          style={{ maxHeight: `calc(${fits * ROW} * var(--u))` }}
          data-testid="queue"
        >
          {queue.map((entry, index) => (
            <Row key={entry.label.seat} entry={entry} number={index + 1} />
          ))}
        </ol>
      )}
    </section>
  )
}

function Row({ entry, number }: { entry: QueueEntry; number: number }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const { label } = entry
  const mayGrant = useView((view) => view.me.may_grant)
  const first = number === 1
  return (
    <li
      data-testid={`queue-row-${label.seat}`}
      className="group flex h-25.75 items-center gap-5 border-b-2 border-line last:border-b-0"
    >
      <span className="num w36 w-9 shrink-0 font-semibold text-text2">{number}</span>
      <span className="min-w-0 flex-1">
        <span className="w36 block truncate font-semibold">{label.name}</span>
        <span className="w28 block truncate text-text2">{[label.title, label.within].filter(Boolean).join(', ')}</span>
      </span>
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
    </li>
  )
}
