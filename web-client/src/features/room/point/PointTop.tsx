import { MessageSquare } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Mark } from '@/ui'
import { useSecond, useView } from '../context'
import { timeOfDay } from '../format'
import { LinkWords } from '../parts/LinkWords'
import { useUnread } from '../parts/unread'

/** The briefing, the item, the link in words, the time. */
export function PointTop({ chatShown, onChat }: { chatShown: boolean; onChat: () => void }) {
  const { t } = useTranslation('room')
  const title = useView((view) => view.briefing.title)
  const agenda = useView((view) => view.agenda)
  const phase = useView((view) => view.phase)
  const now = useSecond()
  const unread = useUnread(chatShown)
  const item = agenda.current === null ? undefined : agenda.items[agenda.current]
  return (
    <header className="point-top flex min-w-0 items-center gap-3.5 border-b border-line tablet:-mx-4 tablet:px-4">
      <Mark className="size-8 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col tablet:flex-row tablet:items-center">
        <h1 className="truncate text-lead font-semibold">{title}</h1>
        <p className="truncate text-small text-text2 tablet:ml-3.5 tablet:border-l tablet:border-line tablet:pl-3.5 tablet:text-body">
          {item !== undefined && agenda.current !== null ? (
            <>
              {t('agenda.item')}{' '}
              <span className="num">
                {agenda.current + 1}/{agenda.items.length}
              </span>
              : <span className="font-semibold text-text">{item.title}</span>
            </>
          ) : (
            t(`phase.${phase}`)
          )}
        </p>
      </div>
      <div className="hidden tablet:block">
        <LinkWords className="text-body font-medium whitespace-nowrap" />
      </div>
      <button
        type="button"
        data-testid="chat"
        aria-pressed={chatShown}
        onClick={onChat}
        className="hidden min-h-10 items-center gap-2 rounded-ctl px-2.5 text-body font-medium whitespace-nowrap hover:bg-raised tablet:inline-flex"
      >
        <MessageSquare aria-hidden size={20} strokeWidth={2.25} />
        {unread > 0 ? t('tools.chat_unread', { n: unread }) : t('tools.chat')}
      </button>
      <span className="num text-body whitespace-nowrap">{timeOfDay(now)}</span>
    </header>
  )
}
