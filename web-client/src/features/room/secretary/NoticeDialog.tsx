import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Dialog, notify } from '@/ui'
import { useMeeting, useView } from '../context'
import { integer } from '../format'

const LONGEST = 500

/** One text to all points. */
export function NoticeDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const present = useView((view) => view.counts.present)
  const [text, setText] = useState('')
  const send = async () => {
    const outcome = await meeting.command({ type: 'notice', text: text.trim() })
    if (outcome.type === 'refused') return
    notify({ text: t('band.notice_sent', { n: integer(present) }) })
    setText('')
    onClose()
  }
  return (
    <Dialog
      title={t('band.notice_title')}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button variant="primary" isDisabled={text.trim() === ''} data-testid="notice-send" onPress={() => void send()}>
          {t('chat.send')}
        </Button>
      }
    >
      <textarea
        aria-label={t('band.notice_title')}
        value={text}
        maxLength={LONGEST}
        rows={4}
        onChange={(event) => setText(event.target.value)}
        className="w-full rounded-ctl border border-ctl bg-surface p-3 text-lead text-text"
      />
    </Dialog>
  )
}
