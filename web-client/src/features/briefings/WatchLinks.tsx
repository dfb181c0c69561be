import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Copy, MonitorPlay } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { createWatchLink, listWatchLinks, revokeWatchLink } from '@/api/briefings'
import { clock, date, integer } from '@/lib/time'
import { Button, Card, ErrorState, notify, NumberField, TextField } from '@/ui'
import { BRIEFINGS } from './queries'

/** A link that opens the stage on so many view-only screens. */
export function WatchLinks({ id }: { id: string }) {
  const { t } = useTranslation('briefings')
  const common = useTranslation('common').t
  const [screens, setScreens] = useState(10)
  const client = useQueryClient()
  const key = [...BRIEFINGS, 'watch-links', id]
  const links = useQuery({ queryKey: key, queryFn: () => listWatchLinks(id), refetchInterval: 15_000 })
  const refresh = () => client.invalidateQueries({ queryKey: key })
  const create = useMutation({ mutationFn: () => createWatchLink(id, screens), onSuccess: refresh })
  const revoke = useMutation({ mutationFn: (link: string) => revokeWatchLink(id, link), onSuccess: refresh })
  const url =
    create.data === undefined ? '' : new URL(`/xem/${create.data.watch_token}?phien=${id}`, window.location.origin).href
  return (
    <Card title={t('watch')}>
      <p className="mb-4 text-text2">{t('watch_help')}</p>
      {create.isError && <ErrorState className="mb-4" title={t('watch_failed')} error={create.error} />}
      {url === '' ? (
        <div className="flex flex-wrap items-end gap-4">
          <NumberField label={t('watch_count')} value={screens} onChange={setScreens} min={1} max={30_000} />
          <Button
            className="min-h-12"
            icon={<MonitorPlay aria-hidden size={18} />}
            isPending={create.isPending}
            onPress={() => create.mutate()}
          >
            {t('watch_create')}
          </Button>
        </div>
      ) : (
        <>
          <div className="flex items-end gap-2">
            <TextField label={t('watch_url')} value={url} isReadOnly className="min-w-0 flex-1" />
            <Button
              icon={<Copy aria-hidden size={17} />}
              onPress={() =>
                void navigator.clipboard.writeText(url).then(() => notify({ text: common('action.copied') }))
              }
            >
              {common('action.copy')}
            </Button>
          </div>
          <p className="mt-2 text-small text-text2">{t('watch_ready', { n: integer(screens) })}</p>
        </>
      )}
      {(links.data?.items.length ?? 0) > 0 && (
        <ul className="mt-4 divide-y divide-line border-t border-line">
          {links.data?.items.map((link) => (
            <li key={link.id} className="flex min-h-13 items-center gap-3 py-1">
              <span className="min-w-0 flex-1">
                <span className="block">
                  {t('watch_now', { n: integer(link.watching), max: integer(link.max_watchers) })}
                </span>
                <span className="block text-small text-text2">
                  {t('watch_made', { date: date(link.created_at), time: clock(link.created_at) })}
                </span>
              </span>
              <Button onPress={() => revoke.mutate(link.id)} isDisabled={revoke.isPending}>
                {t('watch_revoke')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {revoke.isError && <ErrorState className="mt-3" title={t('watch_revoke_failed')} error={revoke.error} />}
    </Card>
  )
}
