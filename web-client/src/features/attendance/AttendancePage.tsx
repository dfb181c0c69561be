import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { type AttendanceReport, getAttendance } from '@/api/attendance'
import { attendanceUrl } from '@/api/briefings'
import { clock, date, integer, weekday } from '@/lib/time'
import { useTitle } from '@/lib/title'
import { buttonClass, Card, cx, ErrorState, Page, PageHeading, SearchField, Skeleton } from '@/ui'
import { PointTable } from './PointTable'
import { SpeechTable } from './SpeechTable'
import { FILTERS, type Filter, fold, matches, tally } from './tally'
import { UnitTable } from './UnitTable'

const route = getRouteApi('/signed-in/office/phien/$id/diem-danh')

export function AttendancePage() {
  const { id } = route.useParams()
  const { t } = useTranslation('attendance')
  useTitle(t('title'))
  const report = useQuery({ queryKey: ['attendance', id], queryFn: () => getAttendance(id), refetchInterval: 60_000 })
  return (
    <Page>
      {report.isPending && <Skeleton lines={10} />}
      {report.isError && <ErrorState title={t('failed')} error={report.error} onRetry={() => void report.refetch()} />}
      {report.data !== undefined && <Report id={id} report={report.data} />}
    </Page>
  )
}

const tones: Record<Filter, string> = {
  all: 'text-text',
  present: 'text-text',
  late: 'text-warn',
  deputised: 'text-text',
  excused: 'text-text',
  absent: 'text-bad',
}

function Report({ id, report }: { id: string; report: AttendanceReport }) {
  const { t } = useTranslation('attendance')
  const [filter, setFilter] = useState<Filter>('all')
  const [group, setGroup] = useState<string | null>(null)
  const [q, setQ] = useState('')
  const counts = tally(report.points)
  const wanted = fold(q.trim())
  const points = report.points.filter(
    (p) =>
      matches(p, filter) &&
      (group === null || p.group === group) &&
      (wanted === '' || fold(`${p.name} ${p.group} ${p.representative?.name ?? ''}`).includes(wanted)),
  )
  const { briefing } = report
  return (
    <>
      <PageHeading
        title={t('heading', { title: briefing.title })}
        note={
          <>
            {weekday(briefing.planned_start)} <span className="num">{date(briefing.planned_start)}</span>.{' '}
            {briefing.host}. {briefing.started_at !== null && t('began', { time: clock(briefing.started_at) })}{' '}
            {briefing.ended_at !== null && t('ended', { time: clock(briefing.ended_at) })}
          </>
        }
        actions={
          <>
            <Link to="/phien/$id" params={{ id }} className={buttonClass('secondary')}>
              {t('back')}
            </Link>
            <a href={attendanceUrl(id, 'csv')} download className={buttonClass('secondary')}>
              <Download aria-hidden size={18} /> CSV
            </a>
            <a href={attendanceUrl(id, 'xlsx')} download className={buttonClass('secondary')}>
              <Download aria-hidden size={18} /> {t('xlsx')}
            </a>
            <a href={attendanceUrl(id, 'pdf')} download className={buttonClass('primary')}>
              <Download aria-hidden size={18} /> {t('pdf')}
            </a>
          </>
        }
      />

      <div className="mb-5 flex flex-wrap items-stretch overflow-hidden rounded-ctl border border-line bg-surface">
        <ToggleButtonGroup
          aria-label={t('filter')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[filter]}
          onSelectionChange={(keys) => setFilter(([...keys][0] ?? 'all') as Filter)}
          className="grid flex-1 grid-cols-2 tablet:flex tablet:flex-wrap"
        >
          {FILTERS.map((name) => (
            <ToggleButton
              key={name}
              id={name}
              className="flex min-h-18 items-center gap-2.5 border-r border-line px-5 py-2 text-left outline-offset-[-3px] hovered:bg-bg selected:bg-pri-tint"
            >
              <span
                className={cx(
                  'num text-[1.75rem] leading-tight font-semibold',
                  counts[name] > 0 ? tones[name] : 'text-text3',
                )}
              >
                {integer(counts[name])}
              </span>
              <span className={cx('text-body font-medium', counts[name] > 0 ? tones[name] : 'text-text3')}>
                {t(`stat.${name}`)}
              </span>
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
        <p className="flex min-h-18 items-center gap-2.5 px-5 max-tablet:border-t max-tablet:border-line">
          <span className="num text-[1.75rem] leading-tight font-semibold">{integer(counts.headcount)}</span>
          <span className="text-body font-medium">{t('stat.headcount')}</span>
        </p>
      </div>

      <div className="grid grid-cols-1 gap-5">
        {report.units.length > 1 && (
          <Card title={t('units')}>
            <UnitTable
              units={report.units}
              selected={group}
              onSelect={(name) => setGroup(group === name ? null : name)}
            />
          </Card>
        )}
        <Card
          title={
            <>
              {group === null ? t('points') : t('points_of', { group })}{' '}
              <span className="num ml-1 font-normal text-text2">{integer(points.length)}</span>
            </>
          }
          actions={<SearchField label={t('search')} value={q} onChange={setQ} className="w-full tablet:w-80" />}
        >
          {points.length === 0 ? (
            <p className="py-2 text-text2">
              {filter === 'all' ? t('none') : t('none_filtered', { what: t(`stat.${filter}`).toLowerCase() })}
            </p>
          ) : (
            <PointTable key={`${filter}:${group ?? ''}:${wanted}`} points={points} />
          )}
        </Card>
        {report.speeches.length > 0 && (
          <Card title={t('speeches')}>
            <SpeechTable speeches={report.speeches} />
          </Card>
        )}
        <p className="text-small text-text3">
          {t('ledger', {
            n: integer(briefing.ledger_seq),
            date: date(briefing.made_at),
            time: clock(briefing.made_at),
          })}{' '}
          <span className="num break-all">{briefing.ledger_head}</span>
        </p>
      </div>
    </>
  )
}
