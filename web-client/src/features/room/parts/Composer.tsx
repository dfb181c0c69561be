import { Send } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '@/protocol/generated'
import { IconButton } from '@/ui'

interface ComposerProps {
  /** To whom; also the placeholder. */
  label: string
  /** Takes the focus when it appears, because the person asked to write. */
  focused?: boolean
  onSend: (text: string) => Promise<Outcome>
}

/** One line of text; what the server refused stays in the field. */
export function Composer({ label, focused = false, onSend }: ComposerProps) {
  const { t } = useTranslation('room')
  const [text, setText] = useState('')
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (focused) field.current?.focus()
  }, [focused])
  const send = async () => {
    const said = text.trim()
    if (said === '') return
    setText('')
    const outcome = await onSend(said)
    if (outcome.type === 'refused') setText(said)
  }
  return (
    <form
      className="m-3 flex items-center rounded-ctl border border-ctl bg-surface pl-3"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <input
        ref={field}
        aria-label={label}
        placeholder={label}
        value={text}
        maxLength={2000}
        onChange={(event) => setText(event.target.value)}
        className="min-h-11 min-w-0 flex-1 bg-transparent text-body text-text outline-none"
      />
      <IconButton label={t('chat.send')} icon={<Send aria-hidden size={20} />} type="submit" />
    </form>
  )
}
