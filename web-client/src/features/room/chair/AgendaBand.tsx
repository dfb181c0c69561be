import { useTranslation } from 'react-i18next'
import { cx } from '@/ui'
import { useSecond, useView } from '../context'
import { clock } from '../format'

const SOON_SECONDS = 120

/** Item n of N, its title, and the time that is left; it counts up when the time is over and never cuts anybody off. */
export function AgendaBand() {
  const { t } = useTranslation('room')
  const agenda = useView((view) => view.agenda)
  const title = useView((view) => view.briefing.title)
  const now = useSecond()
  const item = agenda.current === null ? undefined : agenda.items[agenda.current]
  const until = agenda.current_until === null ? null : Date.parse(agenda.current_until)
  const since = agenda.current_since === null ? null : Date.parse(agenda.current_since)
  const left = until === null ? null : Math.ceil((until - now) / 1000)
  const used =
    until !== null && since !== null && until > since ? Math.min(1, Math.max(0, (now - since) / (until - since))) : 0
  return (
    <header className="flex min-w-0 flex-col justify-end">
      <div className="flex min-h-0 flex-1 items-center gap-8">
        {item !== undefined && agenda.current !== null && (
          <p className="w30 flex items-baseline gap-2 border-r-2 border-line pr-8 whitespace-nowrap text-text2">
            {t('agenda.item')}
            <span className="num w44 font-semibold text-text">
              {agenda.current + 1}/{agenda.items.length}
            </span>
          </p>
        )}
        <h1 className="w44 min-w-0 flex-1 truncate font-semibold">{item?.title ?? title}</h1>
        {left !== null && (
          <p role="timer" className={cx('flex items-baseline gap-5 whitespace-nowrap', left < 0 && 'text-warn')}>
            <span
              className={cx(
                'w30',
                left < 0 ? 'text-warn' : left <= SOON_SECONDS ? 'font-semibold text-text' : 'text-text2',
              )}
            >
              {left < 0 ? t('agenda.over') : left <= SOON_SECONDS ? t('agenda.soon') : t('agenda.left')}
            </span>
            <span className="num w84 font-semibold">{clock(Math.abs(left))}</span>
          </p>
        )}
      </div>
      <div aria-hidden className="h-1.5 rounded-full bg-raised">
        <div
          className={cx('h-full rounded-full', left !== null && left < 0 ? 'bg-warn' : 'bg-text2')}
          style={{ width: `${used * 100}%` }}
        />
      </div>
    </header>
  )
}
