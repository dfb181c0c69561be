import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { Monitor, Pencil, Plus, Presentation } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Point } from '@/api/types'
import { useAccount } from '@/app/session'
import { useSettled } from '@/lib/debounce'
import { useMedia } from '@/lib/media'
import { decimal, integer } from '@/lib/time'
import { useTitle } from '@/lib/title'
import { Button, Card, ErrorState, IconButton, Page, PageHeading, SearchField, Skeleton } from '@/ui'
import { unitQuery } from '../planning/queries'
import { PointDialog } from './PointDialog'
import { pointsQuery } from './queries'
import { mayChangePoints, rateWords } from './rights'
import { UnitBrowser } from './UnitBrowser'

const route = getRouteApi('/signed-in/office/diem-cau')

/** Where points are, how thick their link is, and whom to ring. */
export function PointsPage() {
  const { t } = useTranslation('points')
  useTitle(t('title'))
  const account = useAccount()
  const { don_vi } = route.useSearch()
  const navigate = useNavigate({ from: '/diem-cau' })
  const roomy = useMedia('(min-width: 50rem)')
  const unit = don_vi ?? account.unit.code
  const detail = useQuery(unitQuery(unit))
  const [q, setQ] = useState('')
  const asked = useSettled(q.trim())
  const [editing, setEditing] = useState<Point | 'new' | null>(null)
  const list = useInfiniteQuery({ ...pointsQuery(unit, asked), placeholderData: (old) => old })
  const points = list.data?.pages.flatMap((p) => p.items) ?? []
  const total = list.data?.pages[0]?.total ?? 0
  const mayChange = mayChangePoints(account)
  const name = detail.data?.name ?? account.unit.name

  return (
    <Page>
      <PageHeading
        title={t('title')}
        actions={
          mayChange && (
            <Button variant="primary" icon={<Plus aria-hidden size={20} />} onPress={() => setEditing('new')}>
              {t('add')}
            </Button>
          )
        }
      />
      <div className="grid grid-cols-1 items-start gap-5 tablet:grid-cols-[300px_minmax(0,1fr)] desk:grid-cols-[340px_minmax(0,1fr)]">
        {roomy && (
          <Card
            title={t('units')}
            className="tablet:sticky tablet:top-5 tablet:max-h-[calc(100dvh-7rem)] tablet:overflow-auto"
          >
            <UnitBrowser
              root={account.unit.code}
              selected={unit}
              onSelect={(code) => void navigate({ search: { don_vi: code === account.unit.code ? undefined : code } })}
            />
          </Card>
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
          {list.isSuccess && points.length === 0 && (
            <p className="py-2 text-text2">{asked === '' ? t('empty') : t('none', { q: asked })}</p>
          )}
          {points.length > 0 && <PointList points={points} onEdit={mayChange ? setEditing : null} />}
          {list.hasNextPage && (
            <Button className="mt-4" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
              {t('more', { n: integer(total - points.length) })}
            </Button>
          )}
        </Card>
      </div>
      {editing !== null && (
        <PointDialog
          point={editing === 'new' ? null : editing}
          unit={{ code: unit, name }}
          onClose={() => setEditing(null)}
        />
      )}
    </Page>
  )
}

function PointList({ points, onEdit }: { points: Point[]; onEdit: ((point: Point) => void) | null }) {
  const { t } = useTranslation('points')
  return (
    <table className="w-full border-collapse text-left text-body">
      <thead className="max-tablet:sr-only">
        <tr className="border-b border-line text-text3">
          <th className="py-2 pr-3 font-normal">{t('col.point')}</th>
          <th className="px-3 py-2 font-normal">{t('col.kind')}</th>
          <th className="px-3 py-2 text-right font-normal">{t('col.rate')}</th>
          <th className="px-3 py-2 font-normal">{t('col.technician')}</th>
          {onEdit !== null && (
            <th className="w-11">
              <span className="sr-only">{t('edit')}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {points.map((point) => (
          <tr
            key={point.id}
            className="border-b border-line last:border-0 max-tablet:relative max-tablet:flex max-tablet:flex-wrap max-tablet:gap-x-4 max-tablet:py-3 max-tablet:pr-12"
          >
            <td className="max-tablet:w-full tablet:py-2 tablet:pr-3">
              <span className="block font-medium">{point.name}</span>
              <span className="block text-small text-text2">{point.within_name}</span>
            </td>
            <td className="text-text2 tablet:px-3">
              <span className="flex items-center gap-2">
                {point.kind === 'room' ? <Presentation aria-hidden size={17} /> : <Monitor aria-hidden size={17} />}
                {t(`kind.${point.kind}`)}
              </span>
            </td>
            <td className="whitespace-nowrap tablet:px-3 tablet:text-right">
              {point.link_kbps === null ? (
                <span className="text-text3">{t('rate_unknown')}</span>
              ) : (
                <span className="num">{rateWords(point.link_kbps, decimal)}</span>
              )}
            </td>
            <td className="tablet:px-3">
              {point.technician_name === null && point.technician_phone === null ? (
                <span className="text-text3">{t('technician_unknown')}</span>
              ) : (
                <>
                  {point.technician_name}{' '}
                  {point.technician_phone !== null && (
                    <a
                      className="num block whitespace-nowrap text-pri underline-offset-4 hover:underline"
                      href={`tel:${point.technician_phone.replaceAll(' ', '')}`}
                    >
                      {point.technician_phone}
                    </a>
                  )}
                </>
              )}
            </td>
            {onEdit !== null && (
              <td className="max-tablet:absolute max-tablet:top-2 max-tablet:right-0">
                <IconButton
                  label={t('edit_label', { name: point.name })}
                  icon={<Pencil aria-hidden size={17} />}
                  onPress={() => onEdit(point)}
                />
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
