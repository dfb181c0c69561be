import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChatMessage } from '@/protocol/generated'
import { cx } from '@/ui'
import { useView } from '../context'
import { timeOfDay } from '../format'

/** Newest last; stays at the end unless the reader has scrolled up. */
export function MessageList({ messages }: { messages: readonly ChatMessage[] }) {
  const { t } = useTranslation('room')
  const me = useView((view) => view.me.label.seat)
  const ref = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  useEffect(() => {
    if (atEnd.current && ref.current) ref.current.scrollTop = ref.current.scrollHeight
  }, [messages])
  return (
    <div
      ref={ref}
      role="log"
      aria-label={t('chat.title')}
      aria-live="polite"
      // A list that scrolls must be reachable by keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={(event) => {
        const list = event.currentTarget
        atEnd.current = list.scrollHeight - list.scrollTop - list.clientHeight < 40
      }}
      className="min-h-0 flex-1 overflow-auto px-5 py-3 outline-offset-[-3px]"
    >
      {messages.length === 0 && <p className="text-body text-text2">{t('chat.empty')}</p>}
      <ol>
      {messages.map((message) => (
        <li
          key={message.id}
          className={cx('mb-3 text-body', message.from.seat === me && 'ml-2.5 border-l-3 border-pri pl-2.5')}
        >
          <p className="flex flex-wrap items-baseline gap-x-2 text-small">
            <span className="font-semibold">{message.from.seat === me ? t('chat.me') : message.from.name}</span>
            <span className="num text-text3">{timeOfDay(message.at)}</span>
            {message.notice && <span className="text-text2">{t('chat.notice')}</span>}
          </p>
          <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{message.text}</p>
        </li>
      ))}
      </ol>
    </div>
  )
}
