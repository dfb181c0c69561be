import { Link } from '@tanstack/react-router'
import { ArrowRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { BriefingSummary } from '@/api/types'
import { buttonClass, cx } from '@/ui'
import { opensAt } from './times'
import { clock } from '@/lib/time'

/** The way in, or one sentence that says when there will be one. */
export function EnterLink({ briefing, className }: { briefing: BriefingSummary; className?: string }) {
  const { t } = useTranslation('briefings')
  if (briefing.may_join) {
    return (
      <Link
        to="/phien/$id/phong-cho"
        params={{ id: briefing.id }}
        className={buttonClass('primary', 'session', cx('no-underline', className))}
      >
        {t('enter')}
        <ArrowRight aria-hidden size={20} strokeWidth={2.25} />
      </Link>
    )
  }
  if (briefing.state === 'planned' || briefing.state === 'open') {
    return <p className="text-small text-text2">{t('enter_from', { time: clock(opensAt(briefing.starts_at)) })}</p>
  }
  return null
}
