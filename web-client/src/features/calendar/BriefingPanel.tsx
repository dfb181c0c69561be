import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { CalendarArrowDown, CircleX, Pencil, Repeat, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { invitationUrl } from '@/api/briefings'
import type { BriefingSummary } from '@/api/types'
import { clock, clockRange, integer, shortDate, weekday } from '@/lib/time'
import { buttonClass, ErrorState, Skeleton } from '@/ui'
import { AgendaList } from '../briefings/AgendaList'
import { EnterLink } from '../briefings/EnterLink'
import { briefingQuery } from '../briefings/queries'
import { StateBadge } from '../briefings/StateBadge'
import { agendaEndsAt } from '../briefings/times'
import { conflictOf } from './week'

/** The briefing chosen in the week: what it is, what is wrong with it, and the way in. */
export function BriefingPanel({ briefing, week }: { briefing: BriefingSummary; week: BriefingSummary[] }) {
  const { t } = useTranslation(['briefings', 'calendar'])
  const detail = useQuery(briefingQuery(briefing.id))
  const clash = conflictOf(briefing, week)
  return (
    <div className="flex min-h-full flex-col pt-5">
      <div>
        <StateBadge state={briefing.state} />
      </div>
      <h2 className="mt-2 text-[1.375rem] leading-[1.25] font-semibold">{briefing.title}</h2>
      <p className="mt-1.5 text-body text-text2">
        {weekday(briefing.starts_at)} {shortDate(briefing.starts_at)},{' '}
        <span className="num">{clockRange(briefing.starts_at, briefing.ends_at)}</span>
      </p>
      <p className="text-body text-text2">
        {t('hosted_by', { host: briefing.host.name })},{' '}
        {t('points', { count: briefing.point_count, n: integer(briefing.point_count) })}
      </p>
      {briefing.series_id !== null && (
        <p className="mt-1 flex items-center gap-2 text-body text-text2">
          <Repeat aria-hidden size={16} /> {t('weekly')}
        </p>
      )}

      <div className="mt-4 flex flex-col gap-2 empty:hidden">
        <EnterLink briefing={briefing} className="w-full" />
      </div>

      {clash !== null && (
        <Section>
          <p className="flex items-center gap-2 font-semibold text-bad">
            <TriangleAlert aria-hidden size={19} strokeWidth={2.25} /> {t('calendar:conflict')}
          </p>
          <p className="mt-1.5">
            {t('calendar:conflict_with', { title: clash.other.title, from: clock(clash.from), to: clock(clash.to) })}
          </p>
        </Section>
      )}
      {detail.data?.cancelled_reason != null && (
        <Section>
          <p className="flex items-start gap-2 text-bad">
            <CircleX aria-hidden size={19} className="mt-0.5 shrink-0" />
            {t('cancelled_because', { reason: detail.data.cancelled_reason })}
          </p>
        </Section>
      )}

      <Section>
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
          <dt className="text-text3">{t('chair')}</dt>
          <dd className="font-medium">{briefing.chair === null ? t('not_named') : briefing.chair.display_name}</dd>
          {detail.data?.secretary != null && (
            <>
              <dt className="text-text3">{t('secretary')}</dt>
              <dd className="font-medium">{detail.data.secretary.display_name}</dd>
            </>
          )}
        </dl>
      </Section>

      <Section>
        <h3 className="mb-2 font-semibold">{t('agenda')}</h3>
        {detail.isPending && <Skeleton lines={4} />}
        {detail.isError && (
          <ErrorState title={t('one_failed')} error={detail.error} onRetry={() => void detail.refetch()} />
        )}
        {detail.data !== undefined &&
          (detail.data.agenda.length === 0 ? (
            <p className="text-text2">{t('agenda_empty')}</p>
          ) : (
            <>
              <AgendaList items={detail.data.agenda} />
              <p className="my-2 text-small text-text2">
                {t('agenda_summary', {
                  count: detail.data.agenda.length,
                  time: clock(agendaEndsAt(detail.data.starts_at, detail.data.agenda)),
                })}
              </p>
            </>
          ))}
      </Section>

      <div className="mt-auto flex flex-wrap gap-2 border-t border-line bg-surface py-4 desk:sticky desk:bottom-0">
        <Link to="/phien/$id" params={{ id: briefing.id }} className={buttonClass('secondary')}>
          {t('details')}
        </Link>
        {briefing.may_edit && (briefing.state === 'planned' || briefing.state === 'open') && (
          <Link to="/phien/$id/sua" params={{ id: briefing.id }} className={buttonClass('secondary')}>
            <Pencil aria-hidden size={17} /> {t('edit')}
          </Link>
        )}
        {briefing.state !== 'cancelled' && (
          <a href={invitationUrl(briefing.id)} download className={buttonClass('secondary')}>
            <CalendarArrowDown aria-hidden size={18} /> {t('invitation')}
          </a>
        )}
      </div>
    </div>
  )
}

function Section({ children }: { children: ReactNode }) {
  return <section className="mt-4 border-t border-line pt-4">{children}</section>
}
