import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import type { BriefingSummary } from '@/api/types'
import { useAccount } from '@/app/session'
import { clockRange, date, integer, weekday } from '@/lib/time'
import { useTitle } from '@/lib/title'
import { Button, buttonClass, EmptyState, ErrorState, Page, PageHeading, Skeleton } from '@/ui'
import { pagesQuery } from './queries'
import { ScopeToggle } from './ScopeToggle'
import { StateBadge } from './StateBadge'

const route = getRouteApi('/signed-in/office/phien')

const toggle =
  'min-h-11 px-4 text-body font-medium outline-offset-[-3px] hovered:bg-sunken selected:bg-pri-tint selected:font-semibold border-l border-line first:border-l-0 first:rounded-l-ctl last:rounded-r-ctl'

export function ListPage() {
  const { t } = useTranslation(['briefings', 'common'])
  useTitle(t('title'))
  const account = useAccount()
  const { ky, pham_vi } = route.useSearch()
  const navigate = useNavigate({ from: '/phien' })
  const past = ky === 'da_hop'
  const mine = pham_vi !== 'don_vi'
  // Fixed when the page opens, so that asking for the next page asks about the same list.
  const [now] = useState(() => new Date().toISOString())
  const list = useInfiniteQuery(
    pagesQuery({ ...(past ? { to: now } : { from: now }), ...(mine ? { mine } : {}), limit: 50 }),
  )
  const items = list.data?.pages.flatMap((p) => p.items) ?? []
  const shown = items.filter((b) => (past ? Date.parse(b.ends_at) <= Date.parse(now) : true))

  return (
    <Page>
      <PageHeading
        title={t('title')}
        actions={
          account.may_plan && (
            <Link to="/phien/tao" className={buttonClass('primary')}>
              <Plus aria-hidden size={20} /> {t('create')}
            </Link>
          )
        }
      />
      <div className="mb-4 flex flex-wrap gap-3">
        <ToggleButtonGroup
          aria-label={t('period')}
          selectionMode="single"
          disallowEmptySelection
          selectedKeys={[past ? 'past' : 'upcoming']}
          onSelectionChange={(keys) =>
            void navigate({ search: { pham_vi, ky: keys.has('past') ? 'da_hop' : undefined } })
          }
          className="flex rounded-ctl border border-ctl bg-surface"
        >
          <ToggleButton id="upcoming" className={toggle}>
            {t('upcoming')}
          </ToggleButton>
          <ToggleButton id="past" className={toggle}>
            {t('past')}
          </ToggleButton>
        </ToggleButtonGroup>
        <ScopeToggle
          mine={mine}
          onChange={(next) => void navigate({ search: { ky, pham_vi: next ? undefined : 'don_vi' } })}
        />
      </div>
      {list.isError && <ErrorState title={t('load_failed')} error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <Skeleton lines={8} className="rounded-ctl border border-line bg-surface p-6" />}
      {list.isSuccess && shown.length === 0 && (
        <EmptyState className="rounded-ctl border border-line bg-surface">
          {past ? t('empty_past') : t('empty_upcoming')}
        </EmptyState>
      )}
      {shown.length > 0 && <BriefingTable briefings={shown} />}
      {list.hasNextPage && (
        <Button className="mt-4" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          {t('common:action.more')}
        </Button>
      )}
    </Page>
  )
}

/** A table on a desk, cards on a phone: the same rows. */
export function BriefingTable({ briefings }: { briefings: BriefingSummary[] }) {
  const { t } = useTranslation('briefings')
  return (
    <div className="overflow-hidden rounded-ctl border border-line bg-surface">
      <table className="w-full border-collapse text-left text-body">
        <thead className="max-tablet:sr-only">
          <tr className="border-b border-line text-text3">
            <th className="px-4 py-2.5 font-normal">{t('col_time')}</th>
            <th className="px-4 py-2.5 font-normal">{t('col_title')}</th>
            <th className="px-4 py-2.5 font-normal max-desk:hidden">{t('col_host')}</th>
            <th className="px-4 py-2.5 text-right font-normal">{t('col_points')}</th>
            <th className="px-4 py-2.5 font-normal">{t('col_state')}</th>
          </tr>
        </thead>
        <tbody>
          {briefings.map((b) => (
            <tr
              key={b.id}
              className="border-b border-line last:border-0 max-tablet:flex max-tablet:flex-col max-tablet:gap-1 max-tablet:p-4"
            >
              <td className="whitespace-nowrap tablet:px-4 tablet:py-3">
                {weekday(b.starts_at)} <span className="num">{date(b.starts_at)}</span>
                <span className="num block text-small text-text2 max-tablet:ml-2 max-tablet:inline">
                  {clockRange(b.starts_at, b.ends_at)}
                </span>
              </td>
              <td className="tablet:px-4 tablet:py-3">
                <Link
                  to="/phien/$id"
                  params={{ id: b.id }}
                  className="inline-flex min-h-7 items-center font-semibold underline-offset-4 hover:underline"
                >
                  {b.title}
                </Link>
                <span className="block text-small text-text2 desk:hidden">{b.host.name}</span>
              </td>
              <td className="text-text2 max-desk:hidden tablet:px-4 tablet:py-3">{b.host.name}</td>
              <td className="text-right max-tablet:text-left tablet:px-4 tablet:py-3">
                <span className="num max-tablet:hidden">{integer(b.point_count)}</span>
                <span className="text-small text-text2 tablet:hidden">
                  {t('points', { count: b.point_count, n: integer(b.point_count) })}
                </span>
              </td>
              <td className="tablet:px-4 tablet:py-3">
                <StateBadge state={b.state} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
