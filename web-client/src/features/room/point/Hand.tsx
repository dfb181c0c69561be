import { Hand as HandIcon, MicOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { myFloor, myPlace } from '@/meeting'
import { cx } from '@/ui'
import { useMeeting, useMicState, useView } from '../context'
import { clock } from '../format'
import { useMemo } from 'react'

const box = 'flex min-w-0 items-center gap-4 rounded-block px-6 py-3 text-left'

/** Raise the hand, the place in the queue, or finish: one box for all three. */
export function Hand() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const floor = useView(myFloor)
  const me = useView((view) => view.me.label.seat)
  const queue = useView((view) => view.floor.queue)
  const chairing = useView((view) => view.floor.chair?.name ?? '')
  const role = useView((view) => view.me.label.role)
  const state = useMicState()
  const place = useMemo(() => placeOf(queue, me), [queue, me])

  if (floor) {
    const timed = state.kind === 'speaking' || state.kind === 'ending'
    return (
      <button
        type="button"
        data-testid="end-floor"
        onClick={() => meeting.endMyFloor()}
        className={cx(box, 'bg-action text-on-action')}
      >
        <MicOff aria-hidden className="size-9 shrink-0" strokeWidth={2.25} />
        <span className="min-w-0">
          <span className="block text-title3 font-semibold">
            {t(state.kind === 'invited' || state.kind === 'paused' ? 'hand.decline' : 'hand.done')}
          </span>
          <span className="line-clamp-2 text-body text-on-action2">
            {timed
              ? t('hand.left', { time: clock(state.remaining), minutes: Math.round(state.limit / 60) })
              : t('hand.invited_by', { name: chairing })}
          </span>
        </span>
      </button>
    )
  }
  if (place)
    return (
      <div data-testid="hand-raised" className={cx(box, 'border-2 border-gold')}>
        <span className="shrink-0 text-[clamp(1.75rem,3.2vw,3rem)] leading-none font-bold whitespace-nowrap text-gold">
          {t('hand.number', { n: place.number })}
        </span>
        <span role="status" aria-live="polite" className="min-w-0 flex-1">
          <span className="block text-title3 leading-tight font-semibold">{t('hand.raised')}</span>
          <span className="block truncate text-lead text-text2">
            {place.before === null ? t('hand.next') : t('hand.before', { name: place.before })}
          </span>
        </span>
        <button
          type="button"
          data-testid="hand"
          data-raised="true"
          aria-keyshortcuts="H"
          onClick={() => void meeting.command({ type: 'lower_hand', seat: null })}
          className="min-h-12 shrink-0 rounded-ctl border-2 border-ctl px-4 text-lead font-semibold"
        >
          {t('hand.lower')}
        </button>
      </div>
    )
  if (role === 'observer') return <p className={cx(box, 'bg-surface text-place text-text2')}>{t('hand.observer')}</p>
  return (
    <button
      type="button"
      data-testid="hand"
      data-raised="false"
      aria-keyshortcuts="H"
      onClick={() => void meeting.command({ type: 'raise_hand' })}
      className={cx(box, 'justify-center bg-action text-on-action')}
    >
      <HandIcon aria-hidden className="size-10 shrink-0" strokeWidth={2} />
      <span className="min-w-0">
        <span className="block text-title3 leading-tight font-semibold tablet:text-[1.375rem]">{t('hand.raise')}</span>
        <span className="block text-body text-on-action2">
          {t('hand.seen')}
        </span>
      </span>
    </button>
  )
}

function placeOf(queue: Parameters<typeof myPlace>[0], me: string): { number: number; before: string | null } | null {
  const place = myPlace(queue, me)
  return place && { number: place.number, before: place.before?.label.name ?? null }
}
