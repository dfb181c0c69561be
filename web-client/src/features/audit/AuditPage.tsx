import { useInfiniteQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { auditExportUrl, type AuditLine, auditPage } from '@/api/audit'
import { useSettled } from '@/lib/debounce'
import { clock, date } from '@/lib/time'
import { useTitle } from '@/lib/title'
import { Button, buttonClass, Card, ErrorState, Page, PageHeading, SearchField, Select, Skeleton } from '@/ui'
import { ACTS, isAct, readable } from './acts'

const ALL = 'all'

/** What was done to the server: who, when, from where. For administrators of the whole site. */
export function AuditPage() {
  const { t } = useTranslation('audit')
  useTitle(t('title'))
  const [action, setAction] = useState<string>(ALL)
  const [typed, setTyped] = useState('')
  const actor = useSettled(typed.trim())
  const list = useInfiniteQuery({
    queryKey: ['audit', action, actor],
    queryFn: ({ pageParam }) => auditPage({ action: action === ALL ? null : action, actor }, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
  const lines = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page>
      <PageHeading
        title={t('title')}
        actions={
          <a href={auditExportUrl} download className={buttonClass('secondary')}>
            <Download aria-hidden size={18} /> {t('export')}
          </a>
        }
      />
      <Card
        title={t('acts')}
        actions={
          <div className="flex w-full flex-wrap gap-3 tablet:w-auto">
            <Select
              compact
              label={t('filter')}
              value={action}
              onChange={setAction}
              options={[{ id: ALL, label: t('all') }, ...ACTS.map((id) => ({ id, label: t(`act.${id}`) }))]}
              className="w-full tablet:w-72"
            />
            <SearchField label={t('actor')} value={typed} onChange={setTyped} className="w-full tablet:w-72" />
          </div>
        }
      >
        {list.isError && <ErrorState title={t('failed')} error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Skeleton lines={8} />}
        {list.isSuccess && lines.length === 0 && <p className="py-2 text-text2">{t('none')}</p>}
        {lines.length > 0 && <Acts lines={lines} />}
        {list.hasNextPage && (
          <Button className="mt-4" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
            {t('more')}
          </Button>
        )}
      </Card>
    </Page>
  )
}

function Acts({ lines }: { lines: AuditLine[] }) {
  const { t } = useTranslation('audit')
  return (
    <ul className="divide-y divide-line">
      {lines.map((line) => (
        <li key={line.seq} className="flex flex-wrap gap-x-4 gap-y-0.5 py-2">
          <span className="num w-44 shrink-0 text-text2">
            {date(line.at)} {clock(line.at)}
          </span>
          <span className="min-w-0 flex-1 basis-72">
            <span className="block font-medium">{isAct(line.action) ? t(`act.${line.action}`) : line.action}</span>
            <span className="block text-small text-text2">{readable(line.detail)}</span>
          </span>
          <span className="w-64 text-small">
            <span className="block">{line.actor === '' ? t('stranger') : line.actor}</span>
            <span className="num block text-text3">{line.address}</span>
          </span>
        </li>
      ))}
    </ul>
  )
}
