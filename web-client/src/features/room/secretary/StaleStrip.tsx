import { useTranslation } from 'react-i18next'
import { useLocalSecond, useSnapshot } from '../context'
import { timeWithSeconds } from '../format'

const STALE_MS = 5_000

/** The board is old: says since when, and keeps its colours. */
export function StaleStrip() {
  const { t } = useTranslation('room')
  const since = useSnapshot(({ status }) => (status.kind === 'reconnecting' ? status.since : null))
  const now = useLocalSecond()
  if (since === null || now - since < STALE_MS) return null
  return (
    <p role="status" className="border-b border-line bg-warn-tint px-6 py-2 text-body font-medium text-warn">
      {t('stale', { time: timeWithSeconds(since) })}
    </p>
  )
}
