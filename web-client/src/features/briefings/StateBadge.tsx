import { CircleCheck, CircleDot, CirclePause, CircleX, Clock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { BriefingState } from '@/api/types'
import { Badge, type Tone } from '@/ui'

const tones: Record<BriefingState, Tone> = {
  planned: 'info',
  open: 'info',
  in_session: 'ok',
  adjourned: 'warn',
  closed: 'neutral',
  cancelled: 'bad',
}

const icons = {
  planned: Clock,
  open: Clock,
  in_session: CircleDot,
  adjourned: CirclePause,
  closed: CircleCheck,
  cancelled: CircleX,
}

export function StateBadge({ state }: { state: BriefingState }) {
  const { t } = useTranslation('common')
  const Icon = icons[state]
  return (
    <Badge tone={tones[state]} icon={<Icon aria-hidden size={15} strokeWidth={2.25} />}>
      {t(`briefing_state.${state}`)}
    </Badge>
  )
}

/** Whether the briefing is being held now, a pause included. */
export function isLive(state: BriefingState): boolean {
  return state === 'in_session' || state === 'adjourned'
}
