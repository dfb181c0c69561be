import { useTranslation } from 'react-i18next'
import { Button } from '@/ui'
import { useMeeting, useView } from '../context'

/** Who asks to share a screen, and who shares now. */
export function SharePanel() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const requests = useView((view) => view.stage.share_requests)
  const content = useView((view) => view.stage.content)
  if (requests.length === 0 && content === null) return null
  return (
    <section aria-label={t('side.share')} className="grid grid-cols-1 gap-2 border-b border-line p-3.5 wide:px-5.5">
      {requests.map((label) => (
        <div
          key={label.seat}
          role="status"
          className="flex items-center gap-2"
          data-testid={`share-request-${label.seat}`}
        >
          <p className="min-w-0 flex-1 text-body font-medium">{t('side.asks_share', { name: label.name })}</p>
          <Button
            size="dense"
            variant="primary"
            data-testid={`approve-share-${label.seat}`}
            onPress={() => void meeting.command({ type: 'approve_share', seat: label.seat })}
          >
            {t('side.approve')}
          </Button>
          <Button size="dense" onPress={() => void meeting.command({ type: 'deny_share', seat: label.seat })}>
            {t('side.deny')}
          </Button>
        </div>
      ))}
      {content && (
        <div className="flex items-center gap-2">
          <p className="min-w-0 flex-1 text-body">{t('side.shares', { name: content.name })}</p>
          <Button size="dense" onPress={() => void meeting.command({ type: 'stop_share' })}>
            {t('share.stop')}
          </Button>
        </div>
      )}
    </section>
  )
}
