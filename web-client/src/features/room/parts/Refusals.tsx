import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { notify } from '@/ui'
import { useMeeting, useSnapshot } from '../context'

/** Says why the last press did nothing. */
export function Refusals() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const refusal = useSnapshot((snapshot) => snapshot.refusal)
  useEffect(() => {
    if (!refusal) return
    notify({ text: t(`refusal.${refusal.code}`) })
    meeting.forgetRefusal()
  }, [refusal, meeting, t])
  return null
}
