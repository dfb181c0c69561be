import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useAccount } from '@/app/session'
import { useTitle } from '@/lib/title'
import { ErrorState, Mark, Skeleton } from '@/ui'
import { briefingQuery } from '../briefings/queries'
import { Lobby } from './Lobby'

const route = getRouteApi('/signed-in/phien/$id/phong-cho')

export function LobbyPage() {
  const { id } = route.useParams()
  const { t } = useTranslation(['lobby', 'common', 'briefings'])
  const account = useAccount()
  const briefing = useQuery({ ...briefingQuery(id), refetchInterval: 15_000 })
  useTitle(briefing.data?.title ?? t('title'))
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex min-h-16 items-center gap-3.5 border-b border-line bg-surface px-4 tablet:px-8">
        <Link to="/" className="flex min-h-11 items-center gap-3.5">
          <Mark className="size-10" />
          <span className="text-lead font-semibold">{t('common:product')}</span>
        </Link>
        <span className="ml-auto min-w-0 truncate text-lead text-text2">{account.unit.name}</span>
      </header>
      <main id="main" className="mx-auto w-full max-w-[1366px] flex-1 p-4 tablet:px-8 tablet:py-6">
        {briefing.isPending && <Skeleton lines={8} />}
        {briefing.isError && (
          <ErrorState
            title={t('briefings:one_failed')}
            error={briefing.error}
            onRetry={() => void briefing.refetch()}
          />
        )}
        {briefing.data !== undefined && <Lobby briefing={briefing.data} />}
      </main>
    </div>
  )
}
