import { Wifi, WifiOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { cx } from '@/ui'
import { useMedia, useMicState, useSnapshot } from '../context'

/** The link in words; never bars. */
export function LinkWords({ className }: { className?: string }) {
  const { t } = useTranslation('room')
  const live = useSnapshot((snapshot) => snapshot.status.kind === 'live')
  const restarting = useSnapshot(({ status }) => status.kind === 'reconnecting' && status.restarting)
  const phase = useMedia((media) => media.phase)
  const quality = useMedia((media) => media.quality?.state ?? 'unknown')
  const heard = ['speaking', 'ending', 'over'].includes(useMicState().kind)
  const away = !live || phase === 'recovering'
  const key = restarting
    ? 'restarting'
    : away
      ? 'reconnecting'
      : phase !== 'connected' || quality === 'unknown' ? 'checking' : quality
  const Icon = away ? WifiOff : Wifi
  const tone = key === 'good' ? 'text-ok' : key === 'checking' ? 'text-text2' : 'text-warn'
  return (
    <span
      role="status"
      data-testid="link"
      data-link={key}
      className={cx('inline-flex items-center gap-2', tone, className)}
    >
      <Icon aria-hidden size={20} strokeWidth={2.25} className="shrink-0" />
      {t(key === 'good' && heard ? 'link.heard' : `link.${key}`)}
    </span>
  )
}
