import { useMutation } from '@tanstack/react-query'
import { Copy, MonitorPlay } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { createWatchLink } from '@/api/briefings'
import { integer } from '@/lib/time'
import { Button, Card, ErrorState, notify, NumberField, TextField } from '@/ui'

/** A link that opens the stage on so many view-only screens. */
export function WatchLinks({ id }: { id: string }) {
  const { t } = useTranslation('briefings')
  const common = useTranslation('common').t
  const [screens, setScreens] = useState(10)
  const create = useMutation({ mutationFn: () => createWatchLink(id, screens) })
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
    </Card>
  )
}
