import { useTranslation } from 'react-i18next'
import type { Audience, PointRow } from '@/protocol/generated'
import { useMeeting, useView } from '../context'
import { Composer } from '../parts/Composer'
import { MessageList } from '../parts/MessageList'

/** Messages with the points. One writes to the selected point, and without one to all. */
export function ChatPanel({ chosen }: { chosen: PointRow | null }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const chat = useView((view) => view.chat)
  const to: Audience = chosen === null ? { type: 'all' } : { type: 'point', point: chosen.point }
  return (
    <section aria-label={t('side.chat_title')} className="flex h-full min-h-60 flex-1 flex-col">
      <h2 className="px-3.5 pt-3 text-place font-semibold wide:px-5.5">{t('side.chat_title')}</h2>
      <MessageList messages={chat} />
      <Composer
        label={chosen === null ? t('side.write_all') : t('side.write_to', { name: chosen.name })}
        onSend={(text) => meeting.command({ type: 'say', to, text })}
      />
    </section>
  )
}
