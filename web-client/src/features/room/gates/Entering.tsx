import { DoorOpen, WifiOff } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Gate } from './Gate'

const SLOW_MS = 6_000

/** Between the press of "join" and the first view. */
export function Entering() {
  const { t } = useTranslation('room')
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setSlow(true), SLOW_MS)
    return () => window.clearTimeout(timer)
  }, [])
  return slow ? (
    <Gate icon={WifiOff} title={t('entering.slow')} text={t('entering.slow_sub')} testId="entering" />
  ) : (
    <Gate icon={DoorOpen} title={t('state.entering')} text={t('state.entering_sub')} testId="entering" />
  )
}
