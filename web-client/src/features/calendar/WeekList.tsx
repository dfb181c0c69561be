import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { BriefingSummary } from '@/api/types'
import { clockRange, integer, isoDate, shortDate, weekday } from '@/lib/time'
import { cx } from '@/ui'
import { EnterLink } from '../briefings/EnterLink'
import { isLive, StateBadge } from '../briefings/StateBadge'
import { conflictOf, daysToShow } from './week'

/** The week on a phone: one column, by day. */
export function WeekList({
  monday,
  briefings,
  today,
}: {
  monday: string
  briefings: BriefingSummary[]
  today: string
}) {
  const { t } = useTranslation(['calendar', 'briefings'])
  const days = daysToShow(monday, briefings)
    .map((day) => ({ day, items: briefings.filter((b) => isoDate(b.starts_at) === day) }))
    .filter(({ items }) => items.length > 0)
  return (
    <div className="flex flex-col gap-6">
      {days.map(({ day, items }) => (
        <section key={day} aria-labelledby={`day-${day}`}>
          <h2 id={`day-${day}`} className="mb-2 flex items-center gap-2 text-lead font-semibold">
            {weekday(`${day}T05:00:00Z`)}
            <span
              className={cx(
                'num',
                day === today ? 'rounded-tag bg-son px-2 py-0.5 text-white' : 'font-normal text-text3',
              )}
            >
              {shortDate(`${day}T05:00:00Z`)}
            </span>
            {day === today && <span className="text-small font-normal text-text2">{t('today_word')}</span>}
          </h2>
          <ul className="flex flex-col gap-2">
            {items.map((b) => (
              <li
                key={b.id}
                className={cx(
                  'rounded-ctl border-l-4 bg-surface p-3',
                  isLive(b.state)
                    ? 'border-gold'
                    : b.state === 'planned' || b.state === 'open'
                      ? 'border-pri'
                      : 'border-ctl',
                )}
              >
                <Link to="/phien/$id" params={{ id: b.id }} className="block min-h-11">
                  <span className="block text-lead font-semibold">{b.title}</span>
                  <span className="block text-body text-text2">
                    <span className="num">{clockRange(b.starts_at, b.ends_at)}</span>, {b.host.name},{' '}
                    {t('briefings:points', { count: b.point_count, n: integer(b.point_count) })}
                  </span>
                </Link>
                <div className="mt-2 flex flex-wrap items-center gap-2">
                  <StateBadge state={b.state} />
                  {conflictOf(b, briefings) !== null && (
                    <span className="text-small font-semibold text-bad">{t('conflict')}</span>
                  )}
                </div>
                {b.may_join && <EnterLink briefing={b} className="mt-3 w-full" />}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
