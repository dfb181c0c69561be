import { Ban, DoorOpen, LogOut, MonitorSmartphone, type LucideIcon } from 'lucide-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAbout } from '@/app/session'
import type { EndReason } from '@/meeting'
import { Button } from '@/ui'
import { useMeeting } from '../context'
import { timeOfDay } from '../format'
import { Gate } from './Gate'

type Ending = 'ended' | 'left' | 'replaced' | 'removed' | 'refused' | 'full' | 'too_many' | 'not_invited' | 'not_open' | 'failed'

const icons: Record<Ending, LucideIcon> = {
  ended: DoorOpen,
  left: LogOut,
  replaced: MonitorSmartphone,
  removed: Ban,
  refused: Ban,
  full: Ban,
  too_many: MonitorSmartphone,
  not_invited: Ban,
  not_open: DoorOpen,
  failed: Ban,
}

/** Why this page is no longer in the room, and the way on. */
export function Ended({ reason }: { reason: EndReason }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const navigate = useNavigate()
  const about = useAbout()
  const [at] = useState(() => Date.now())
  const ending = endingOf(reason)
  const again = ending === 'replaced' || ending === 'left' || ending === 'not_open' || ending === 'full' || ending === 'too_many'
  const phone = about.data?.support_phone
  return (
    <Gate
      icon={icons[ending]}
      testId={`ended-${ending}`}
      title={t(`ended.${ending}`, { time: timeOfDay(at) })}
      text={phone && ending === 'failed' ? t('ended.call', { phone }) : t(`ended.${ending}_sub`)}
    >
      <div className="flex flex-wrap gap-3">
        {again && (
          <Button variant="primary" size="session" onPress={() => void meeting.restart()}>
            {t(ending === 'replaced' ? 'ended.move_here' : 'ended.again')}
          </Button>
        )}
        <Button size="session" onPress={() => void navigate({ to: '/' })}>
          {t('ended.to_start')}
        </Button>
      </div>
    </Gate>
  )
}

function endingOf(reason: EndReason): Ending {
  if (typeof reason === 'object') {
    if (reason.refused === 'not_invited') return 'not_invited'
    if (reason.refused === 'briefing_ended') return 'ended'
    if (reason.refused === 'briefing_not_open') return 'not_open'
    if (reason.refused === 'briefing_full') return 'full'
    return 'failed'
  }
  switch (reason) {
    case 'ended':
    case 'left':
    case 'replaced':
    case 'removed':
    case 'refused':
    case 'full':
    case 'too_many':
      return reason
    default:
      return 'failed'
  }
}
