import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, Plus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useAccount } from '@/app/session'
import { useNow } from '@/lib/clock'
import { useMedia } from '@/lib/media'
import { addDays, fromLocal, isoDate, mondayOf } from '@/lib/time'
import { useTitle } from '@/lib/title'
import { buttonClass, EmptyState, ErrorState, IconButton, Skeleton } from '@/ui'
import { weekQuery } from '../briefings/queries'
import { ScopeToggle } from '../briefings/ScopeToggle'
import { BriefingPanel } from './BriefingPanel'
import { daysToShow, firstChoice } from './week'
import { WeekGrid } from './WeekGrid'
import { WeekList } from './WeekList'

const route = getRouteApi('/signed-in/office/')

export function WeekPage() {
  const { t } = useTranslation(['calendar', 'briefings', 'common'])
  useTitle(t('common:nav.week'))
  const account = useAccount()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/' })
  const roomy = useMedia('(min-width: 50rem)')
  const now = useNow(30_000)
  const today = isoDate(now)
  const monday = search.tuan ?? mondayOf(today)
  const mine = search.pham_vi !== 'don_vi'
  const week = useQuery(
    weekQuery(fromLocal(monday, '00:00').toISOString(), fromLocal(addDays(monday, 7), '00:00').toISOString(), mine),
  )
  const briefings = [...(week.data?.items ?? [])].sort((a, b) => a.starts_at.localeCompare(b.starts_at))
  const chosen = briefings.find((b) => b.id === search.phien) ?? firstChoice(briefings, now)

  const goTo = (day: string) =>
    void navigate({ search: { pham_vi: search.pham_vi, tuan: mondayOf(today) === day ? undefined : day } })
  const days = daysToShow(monday, briefings)

  return (
    <div className="flex flex-1 flex-col desk:h-[calc(100dvh-4rem)] desk:flex-none desk:flex-row">
      <main
        id="main"
        className="flex min-h-0 min-w-0 flex-1 flex-col gap-4 p-4 tablet:px-6 desk:pt-4.5 desk:pr-5 desk:pb-2.5"
      >
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
          <div className="flex items-center gap-2.5">
            <IconButton
              variant="outlined"
              label={t('previous')}
              icon={<ChevronLeft aria-hidden size={20} />}
              onPress={() => goTo(addDays(monday, -7))}
            />
            <IconButton
              variant="outlined"
              label={t('next')}
              icon={<ChevronRight aria-hidden size={20} />}
              onPress={() => goTo(addDays(monday, 7))}
            />
          </div>
          <h1 className="text-title2 font-semibold tracking-[-0.01em]">{t('week', weekWords(days))}</h1>
          {monday !== mondayOf(today) && (
            <button
              type="button"
              className="min-h-11 text-body font-medium text-pri underline underline-offset-4"
              onClick={() => goTo(mondayOf(today))}
            >
              {t('today')}
            </button>
          )}
          <div className="flex flex-wrap items-center gap-4 max-tablet:w-full max-tablet:justify-between tablet:ml-auto">
            <ScopeToggle
              mine={mine}
              onChange={(next) =>
                void navigate({ search: { tuan: search.tuan, pham_vi: next ? undefined : 'don_vi' } })
              }
            />
            {account.may_plan && (
              <Link to="/phien/tao" className={buttonClass('primary')}>
                <Plus aria-hidden size={20} /> {t('briefings:create')}
              </Link>
            )}
          </div>
        </div>

        {week.isError && <ErrorState title={t('load_failed')} error={week.error} onRetry={() => void week.refetch()} />}
        {week.isPending && (
          <div className="flex-1 rounded-ctl border border-line bg-surface p-6">
            <Skeleton lines={8} />
          </div>
        )}
        {week.isSuccess && briefings.length === 0 && (
          <EmptyState
            className="rounded-ctl border border-line bg-surface"
            action={
              account.may_plan && (
                <Link to="/phien/tao" className={buttonClass('secondary')}>
                  <Plus aria-hidden size={20} /> {t('briefings:create')}
                </Link>
              )
            }
          >
            {mine ? t('empty_mine') : t('empty')}
          </EmptyState>
        )}
        {week.isSuccess &&
          briefings.length > 0 &&
          (roomy ? (
            <div className="flex h-[36rem] min-h-0 flex-col desk:h-auto desk:flex-1">
              <WeekGrid
                monday={monday}
                briefings={briefings}
                selected={chosen?.id ?? null}
                now={now}
                onSelect={(id) => void navigate({ search: { ...search, phien: id }, replace: true })}
              />
            </div>
          ) : (
            <WeekList monday={monday} briefings={briefings} today={today} />
          ))}
      </main>
      {roomy && briefings.length > 0 && (
        <aside
          aria-label={t('panel')}
          className="border-line bg-surface px-5.5 desk:w-[383px] desk:overflow-auto desk:border-l"
        >
          {chosen === null ? (
            <p className="text-text2">{t('panel_empty')}</p>
          ) : (
            <BriefingPanel briefing={chosen} week={briefings} />
          )}
        </aside>
      )}
    </div>
  )
}

/** "23–27/11/2026", or "30/11–04/12/2026" when the week crosses a month. */
function weekWords(days: string[]): { from: string; to: string } {
  const [, month = '', day = ''] = (days[0] ?? '').split('-')
  const [lastYear = '', lastMonth = '', lastDay = ''] = (days.at(-1) ?? '').split('-')
  return {
    from: month === lastMonth ? day : `${day}/${month}`,
    to: `${lastDay}/${lastMonth}/${lastYear}`,
  }
}
