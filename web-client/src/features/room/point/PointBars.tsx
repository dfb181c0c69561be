import { Check, Megaphone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '@/ui'
import { X } from 'lucide-react'
import { useMeeting, useSecond, useView } from '../context'
import { clock, timeOfDay } from '../format'

/** What wants an answer or a look now, over the top of the stage: the roll call, then the newest notice. */
export function PointBars() {
  return (
    <div className="pointer-events-none fixed inset-x-4 top-16 z-20 mx-auto grid max-w-3xl gap-2 tablet:right-88 *:pointer-events-auto">
      <RollCallBar />
      <NoticeBar />
    </div>
  )
}

/** How long "marked present" stays after the answer. */
const ANSWER_SHOWN_MS = 6_000

function RollCallBar() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const roll = useView((view) => view.roll_call)
  const now = useSecond()
  if (roll?.closed_at !== null) return null
  if (roll.mine) {
    if (now - Date.parse(roll.mine.at) > ANSWER_SHOWN_MS) return null
    return (
      <p
        role="status"
        className="flex items-center gap-3 rounded-block border-2 border-ok bg-surface px-5 py-3 text-place font-semibold"
      >
        <Check aria-hidden className="size-7 shrink-0 text-ok" />
        {t('roll.marked', { time: timeOfDay(roll.mine.at) })}
      </p>
    )
  }
  const left = Math.ceil((Date.parse(roll.until) - now) / 1000)
  return (
    <div
      role="alert"
      data-testid="roll-call"
      className="flex items-center gap-4 rounded-block border-2 border-text bg-raised px-5 py-3"
    >
      <p className="flex-1 text-title3 font-semibold">{t('roll.ask')}</p>
      {left > 0 && (
        <span aria-hidden className="num text-title3">
          {clock(left)}
        </span>
      )}
      <Button
        variant="primary"
        size="session"
        data-testid="present"
        onPress={() => void meeting.command({ type: 'answer_roll_call' })}
        className="text-place"
      >
        {t('roll.present')}
      </Button>
    </div>
  )
}

function NoticeBar() {
  const { t } = useTranslation('room')
  const notice = useView((view) => view.chat.findLast((message) => message.notice) ?? null)
  const entered = useEntered()
  const [read, setRead] = useState<string | null>(null)
  if (!notice || notice.id === read || Date.parse(notice.at) < entered) return null
  return (
    <div role="alert" className="flex items-start gap-4 rounded-block border-2 border-ctl bg-raised px-5 py-3">
      <Megaphone aria-hidden className="mt-0.5 size-7 shrink-0" />
      <p className="flex-1 text-place">
        <span className="block text-small text-text2">
          {t('notice.from', { name: notice.from.name, time: timeOfDay(notice.at) })}
        </span>
        {notice.text}
      </p>
      <IconButton label={t('action.close')} icon={<X aria-hidden size={22} />} onPress={() => setRead(notice.id)} />
    </div>
  )
}

/** Notices from before the person came in are in the chat; they do not pop up again after a reload. */
function useEntered(): number {
  const now = useSecond()
  const [entered] = useState(now)
  return entered - 60_000
}
