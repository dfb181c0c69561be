import { useTranslation } from 'react-i18next'
import { Button } from '@/ui'
import { useMeeting, useView } from '../context'

const SHOWN = 4

/** Who waits to be let in. */
export function LobbyPanel() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const lobby = useView((view) => view.lobby)
  if (lobby.length === 0) return null
  return (
    <section
      aria-label={t('lobby.title', { n: lobby.length })}
      data-testid="lobby-panel"
      className="grid grid-cols-1 gap-2 border-b border-line p-3.5 wide:px-5.5"
    >
      <div className="flex items-center gap-2">
        <h2 className="flex-1 text-lead font-semibold" aria-live="polite">
          {t('lobby.title', { n: lobby.length })}
        </h2>
        <Button
          variant="primary"
          size="dense"
          data-testid="admit-all"
          onPress={() => void meeting.command({ type: 'admit_all' })}
        >
          {t('lobby.admit_all')}
        </Button>
      </div>
      <ul className="grid grid-cols-1 gap-1.5">
        {lobby.slice(0, SHOWN).map(({ label }) => (
          <li key={label.seat} className="flex items-center gap-2">
            <span className="min-w-0 flex-1 text-small">
              <span className="block truncate font-medium">{label.name}</span>
              <span className="block truncate text-text2">
                {[label.person, label.title].filter(Boolean).join(', ')}
              </span>
            </span>
            <Button
              size="dense"
              data-testid={`admit-${label.seat}`}
              onPress={() => void meeting.command({ type: 'admit', seat: label.seat })}
            >
              {t('lobby.admit')}
            </Button>
            <Button
              size="dense"
              variant="quiet"
              onPress={() =>
                void meeting.command({ type: 'refuse', seat: label.seat, reason: t('lobby.refused_reason') })
              }
            >
              {t('lobby.refuse')}
            </Button>
          </li>
        ))}
      </ul>
      {lobby.length > SHOWN && <p className="text-small text-text2">{t('queue.more', { n: lobby.length - SHOWN })}</p>}
    </section>
  )
}
