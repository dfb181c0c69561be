import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { CalendarArrowDown, ClipboardCheck, Download, Pencil, Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { attendanceUrl, invitationUrl, ledgerUrl } from '@/api/briefings'
import type { Briefing } from '@/api/types'
import { clock, clockRange, date, weekday } from '@/lib/time'
import { useTitle } from '@/lib/title'
import { Button, buttonClass, Card, ErrorState, Page, PageHeading, Skeleton } from '@/ui'
import { AgendaList } from './AgendaList'
import { CancelDialog } from './CancelDialog'
import { EnterLink } from './EnterLink'
import { InvitedPoints } from './InvitedPoints'
import { BriefingTable } from './ListPage'
import { briefingQuery } from './queries'
import { isLive, StateBadge } from './StateBadge'
import { agendaEndsAt } from './times'
import { WatchLinks } from './WatchLinks'

const route = getRouteApi('/signed-in/office/phien/$id')

export function DetailPage() {
  const { id } = route.useParams()
  const { t } = useTranslation('briefings')
  const detail = useQuery(briefingQuery(id))
  useTitle(detail.data?.title)
  if (detail.isPending) {
    return (
      <Page>
        <Skeleton lines={10} />
      </Page>
    )
  }
  if (detail.isError) {
    return (
      <Page>
        <ErrorState title={t('one_failed')} error={detail.error} onRetry={() => void detail.refetch()} />
      </Page>
    )
  }
  return <Detail briefing={detail.data} />
}

function Detail({ briefing }: { briefing: Briefing }) {
  const { t } = useTranslation(['briefings', 'common'])
  const [cancelling, setCancelling] = useState(false)
  const coming = briefing.state === 'planned' || briefing.state === 'open'
  const held = isLive(briefing.state) || briefing.state === 'closed'
  return (
    <Page>
      <PageHeading
        title={
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {briefing.title} <StateBadge state={briefing.state} />
          </span>
        }
        note={
          <>
            {weekday(briefing.starts_at)} <span className="num">{date(briefing.starts_at)}</span>,{' '}
            <span className="num">{clockRange(briefing.starts_at, briefing.ends_at)}</span>.{' '}
            {t('hosted_by', { host: briefing.host.name })}.{briefing.series_id !== null && ` ${t('weekly')}.`}
          </>
        }
        actions={
          <>
            {briefing.may_edit && coming && (
              <>
                <Link to="/phien/$id/sua" params={{ id: briefing.id }} className={buttonClass('secondary')}>
                  <Pencil aria-hidden size={17} /> {t('edit')}
                </Link>
                <Button onPress={() => setCancelling(true)}>{t('cancel')}</Button>
              </>
            )}
            {briefing.state !== 'cancelled' && (
              <a href={invitationUrl(briefing.id)} download className={buttonClass('secondary')}>
                <CalendarArrowDown aria-hidden size={18} /> {t('invitation')}
              </a>
            )}
            <EnterLink briefing={briefing} />
          </>
        }
      />
      {briefing.cancelled_reason !== null && (
        <p className="mb-5 rounded-ctl bg-bad-tint p-4 font-medium text-bad">
          {t('cancelled_because', { reason: briefing.cancelled_reason })}
        </p>
      )}
      {briefing.parent_id !== null && (
        <p className="mb-5">
          <Link
            to="/phien/$id"
            params={{ id: briefing.parent_id }}
            className="font-medium text-pri underline underline-offset-4"
          >
            {t('parent_open')}
          </Link>
        </p>
      )}
      <div className="grid grid-cols-1 items-start gap-5 desk:grid-cols-[minmax(0,1fr)_400px]">
        <div className="grid grid-cols-1 gap-5">
          <Card title={t('agenda')}>
            {briefing.agenda.length === 0 ? (
              <p className="text-text2">{t('agenda_empty')}</p>
            ) : (
              <>
                <AgendaList items={briefing.agenda} />
                <p className="mt-2 text-small text-text2">
                  {t('agenda_summary', {
                    count: briefing.agenda.length,
                    time: clock(agendaEndsAt(briefing.starts_at, briefing.agenda)),
                  })}
                </p>
              </>
            )}
          </Card>
          <InvitedPoints id={briefing.id} count={briefing.point_count} />
          <Children briefing={briefing} />
        </div>
        <div className="grid grid-cols-1 gap-5">
          <Card>
            <dl className="grid gap-3">
              <Fact label={t('chair')}>
                <Person person={briefing.chair} />
              </Fact>
              {briefing.deputy !== null && (
                <Fact label={t('deputy')}>
                  <Person person={briefing.deputy} />
                </Fact>
              )}
              <Fact label={t('secretary')}>
                <Person person={briefing.secretary} />
              </Fact>
              <Fact label={t('floor_limit')}>
                {briefing.floor_limit_seconds === null
                  ? t('floor_unlimited')
                  : t('minutes', { count: Math.round(briefing.floor_limit_seconds / 60) })}
              </Fact>
              <Fact label={t('lobby')}>{briefing.lobby ? t('lobby_on') : t('lobby_off')}</Fact>
            </dl>
          </Card>
          {held && <Attendance briefing={briefing} />}
          {briefing.may_edit && briefing.state !== 'closed' && briefing.state !== 'cancelled' && (
            <WatchLinks id={briefing.id} />
          )}
          <Card title={t('participants')}>
            {briefing.participants.length === 0 && <p className="text-text2">{t('participants_empty')}</p>}
            <ul className="divide-y divide-line">
              {briefing.participants.map((p) => (
                <li key={`${p.account_id}:${p.role}`} className="flex items-start justify-between gap-3 py-2">
                  <span>
                    <span className="block font-medium">{p.display_name}</span>
                    <span className="block text-small text-text2">{p.title}</span>
                  </span>
                  <span className="text-small text-text2">{t(`common:role.${p.role}`)}</span>
                </li>
              ))}
            </ul>
          </Card>
        </div>
      </div>
      {cancelling && <CancelDialog briefing={briefing} isOpen onClose={() => setCancelling(false)} />}
    </Page>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-small text-text3">{label}</dt>
      <dd className="text-lead">{children}</dd>
    </div>
  )
}

function Person({ person }: { person: Briefing['chair'] }) {
  const { t } = useTranslation('briefings')
  if (person === null) return <>{t('not_named')}</>
  return (
    <>
      <span className="block font-semibold">{person.display_name}</span>
      {person.title !== '' && <span className="block text-small text-text2">{person.title}</span>}
    </>
  )
}

function Attendance({ briefing }: { briefing: Briefing }) {
  const { t } = useTranslation('briefings')
  return (
    <Card title={t('attendance')}>
      <div className="flex flex-col items-stretch gap-2">
        <Link to="/phien/$id/diem-danh" params={{ id: briefing.id }} className={buttonClass('secondary')}>
          <ClipboardCheck aria-hidden size={18} /> {t('attendance_open')}
        </Link>
        {briefing.may_edit && (
          <>
            <a href={attendanceUrl(briefing.id, 'pdf')} download className={buttonClass('secondary')}>
              <Download aria-hidden size={18} /> {t('attendance_pdf')}
            </a>
            <a href={attendanceUrl(briefing.id, 'xlsx')} download className={buttonClass('secondary')}>
              <Download aria-hidden size={18} /> {t('attendance_xlsx')}
            </a>
            <a href={attendanceUrl(briefing.id, 'csv')} download className={buttonClass('secondary')}>
              <Download aria-hidden size={18} /> {t('attendance_csv')}
            </a>
            <a href={ledgerUrl(briefing.id)} download className={buttonClass('secondary')}>
              <Download aria-hidden size={18} /> {t('ledger')}
            </a>
          </>
        )}
      </div>
    </Card>
  )
}

function Children({ briefing }: { briefing: Briefing }) {
  const { t } = useTranslation('briefings')
  const mayAdd = briefing.may_edit && briefing.state !== 'closed' && briefing.state !== 'cancelled'
  if (briefing.children.length === 0 && !mayAdd) return null
  return (
    <Card
      title={t('children')}
      actions={
        mayAdd && (
          <Link to="/phien/tao" search={{ cap_tren: briefing.id }} className={buttonClass('secondary')}>
            <Plus aria-hidden size={18} /> {t('child_create')}
          </Link>
        )
      }
    >
      {briefing.children.length === 0 ? (
        <p className="text-text2">{t('child_help')}</p>
      ) : (
        <BriefingTable briefings={briefing.children} />
      )}
    </Card>
  )
}
