import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '@/ui'
import { useMeeting, useView } from '../context'
import { Composer } from './Composer'
import { MessageList } from './MessageList'

/** A point's messages with the secretary: a drawer at the right, the whole screen on a phone. */
export function Chat({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const chat = useView((view) => view.chat)
  if (!isOpen) return null
  return (
    <aside
      aria-label={t('chat.title')}
      data-testid="chat-drawer"
      className="fixed inset-y-0 right-0 z-40 flex w-full flex-col border-l border-line bg-surface tablet:top-14 tablet:bottom-35.5 tablet:w-84"
    >
      <div className="flex items-center gap-3 border-b border-line py-1 pr-1 pl-5">
        <h2 className="flex-1 text-place font-semibold">{t('chat.title')}</h2>
        <IconButton label={t('action.close')} icon={<X aria-hidden size={22} />} onPress={onClose} />
      </div>
      <MessageList messages={chat} />
      <Composer
        label={t('chat.to_secretary')}
        focused
        onSend={(text) => meeting.command({ type: 'say', to: { type: 'secretary' }, text })}
      />
    </aside>
  )
}
