import { DoorOpen } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui'
import { useMeeting, useSecond, useSnapshot, useView } from '../context'
import { timeOfDay } from '../format'
import { Refusals } from '../parts/Refusals'
import { Gate } from './Gate'

/** In the lobby of a session that is admitted by hand: nothing to press, it enters by itself. */
export function Waiting() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const starts = useView((view) => view.briefing.starts_at)
  const phase = useView((view) => view.phase)
  const live = useSnapshot((snapshot) => snapshot.status.kind === 'live')
  const now = useSecond()
  const [since] = useState(now)
  const minutes = Math.ceil((Date.parse(starts) - now) / 60_000)
  const early = (phase === 'planned' || phase === 'open') && minutes > 0
  return (
    <Gate
      icon={DoorOpen}
      testId="waiting"
      title={live ? t('state.waiting') : t('state.reconnecting')}
      text={early ? t('waiting.early', { n: minutes }) : t('state.waiting_since_sub', { time: timeOfDay(since) })}
    >
      <Button size="session" className="self-start" onPress={() => void meeting.leave()}>
        {t('tools.leave')}
      </Button>
      <Refusals />
    </Gate>
  )
}
