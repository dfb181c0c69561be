import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettled } from '@/lib/debounce'
import { integer } from '@/lib/time'
import { Button, Card, ErrorState, SearchField, Skeleton } from '@/ui'
import { invitedQuery } from './queries'

/** Who is invited: thousands of points are paged and searched by the server. */
export function InvitedPoints({ id, count }: { id: string; count: number }) {
  const { t } = useTranslation('briefings')
  const [q, setQ] = useState('')
  const asked = useSettled(q.trim())
  const list = useInfiniteQuery({ ...invitedQuery(id, asked), placeholderData: (old) => old })
  const points = list.data?.pages.flatMap((p) => p.items) ?? []
  const total = list.data?.pages[0]?.total ?? count
  const left = total - points.length
  return (
    <Card
      title={
        <>
          {t('invited')} <span className="num ml-1 font-normal text-text2">{integer(count)}</span>
        </>
      }
    >
      {count > 10 && <SearchField label={t('invited_search')} value={q} onChange={setQ} className="mb-3 max-w-96" />}
      {list.isPending && <Skeleton lines={6} />}
      {list.isError && (
        <ErrorState title={t('invited_failed')} error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && points.length === 0 && (
        <p className="py-2 text-text2">{asked === '' ? t('invited_empty') : t('invited_none', { q: asked })}</p>
      )}
      {points.length > 0 && (
        <ul className="grid gap-x-6 tablet:grid-cols-2">
          {points.map((point) => (
            <li key={point.id} className="flex min-w-0 flex-col border-b border-line py-2">
              <span className="truncate font-medium">{point.name}</span>
              <span className="truncate text-small text-text2">{point.within_name || point.unit_name}</span>
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button className="mt-4" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          {t('invited_more', { n: integer(left) })}
        </Button>
      )}
    </Card>
  )
}
