import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ManagedAccount } from '@/api/types'
import { useAccount } from '@/app/session'
import { useSettled } from '@/lib/debounce'
import { useMedia } from '@/lib/media'
import { integer } from '@/lib/time'
import { useTitle } from '@/lib/title'
import { Button, Card, ErrorState, Page, PageHeading, SearchField, Skeleton } from '@/ui'
import { unitQuery } from '../planning/queries'
import { UnitBrowser } from '../points/UnitBrowser'
import { AddDialog } from './AddDialog'
import { ManageDialog } from './ManageDialog'
import { PeopleTable } from './PeopleTable'
import { peopleQuery } from './queries'

const route = getRouteApi('/signed-in/office/nguoi-dung')

/** The accounts that an administrator looks after. */
export function PeoplePage() {
  const { t } = useTranslation('people')
  useTitle(t('title'))
  const account = useAccount()
  const roots = account.grants.filter((grant) => grant.role === 'administrator').map((grant) => grant.unit_code)
  const { don_vi } = route.useSearch()
  const navigate = useNavigate({ from: '/nguoi-dung' })
  const roomy = useMedia('(min-width: 50rem)')
  // Whoever administers nothing is told so by the server.
  const unit = don_vi ?? roots[0] ?? account.unit.code
  const detail = useQuery(unitQuery(unit))
  const [q, setQ] = useState('')
  const asked = useSettled(q.trim())
  const [adding, setAdding] = useState(false)
  const [managing, setManaging] = useState<ManagedAccount | null>(null)
  const list = useInfiniteQuery({ ...peopleQuery(unit, asked), placeholderData: (old) => old })
  const people = list.data?.pages.flatMap((page) => page.items) ?? []
  const total = list.data?.pages[0]?.total ?? 0
  const name = detail.data?.name ?? ''

  const units = roots.map((root) => (
    <UnitBrowser
      key={root}
      root={root}
      selected={unit}
      onSelect={(code) => void navigate({ search: { don_vi: code === roots[0] ? undefined : code } })}
    />
  ))
  return (
    <Page>
      <PageHeading
        title={t('title')}
        actions={
          <Button
            variant="primary"
            icon={<Plus aria-hidden size={20} />}
            isDisabled={detail.data === undefined}
            onPress={() => setAdding(true)}
          >
            {t('add')}
          </Button>
        }
      />
      <div className="grid grid-cols-1 items-start gap-5 tablet:grid-cols-[300px_minmax(0,1fr)] desk:grid-cols-[340px_minmax(0,1fr)]">
        {roomy ? (
          <Card
            title={t('units')}
            className="tablet:sticky tablet:top-5 tablet:max-h-[calc(100dvh-7rem)] tablet:overflow-auto"
          >
            {units}
          </Card>
        ) : (
          <details className="rounded-ctl border border-line bg-surface px-5 py-2">
            <summary className="min-h-11 content-center font-semibold">{t('choose_unit')}</summary>
            {units}
          </details>
        )}
        <Card
          title={
            <>
              {name} <span className="num ml-1 font-normal text-text2">{list.isSuccess ? integer(total) : ''}</span>
            </>
          }
          actions={<SearchField label={t('search')} value={q} onChange={setQ} className="w-full tablet:w-80" />}
        >
          {list.isError && <ErrorState title={t('failed')} error={list.error} onRetry={() => void list.refetch()} />}
          {list.isPending && <Skeleton lines={8} />}
          {list.isSuccess && people.length === 0 && (
            <p className="py-2 text-text2">{asked === '' ? t('empty') : t('none', { q: asked })}</p>
          )}
          {people.length > 0 && <PeopleTable people={people} onManage={setManaging} />}
          {list.hasNextPage && (
            <Button className="mt-4" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {t('more', { n: integer(total - people.length) })}
            </Button>
          )}
        </Card>
      </div>
      {adding && <AddDialog unit={{ code: unit, name }} onClose={() => setAdding(false)} />}
      {managing !== null && <ManageDialog person={managing} onClose={() => setManaging(null)} />}
    </Page>
  )
}
