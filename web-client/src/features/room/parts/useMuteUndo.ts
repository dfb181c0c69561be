import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { notify } from '@/ui'
import { useMeeting, useView } from '../context'
import { integer } from '../format'

/** Offers to take back a "mute all" for as long as the server would. */
export function useMuteUndo(): void {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const until = useView((view) => view.floor.undo_until)
  const count = useView((view) => view.floor.undo_count)
  useEffect(() => {
    if (until === null) return undefined
    const left = Date.parse(until) - meeting.serverNow()
    if (left <= 0) return undefined
    return notify({
      text: t('chair.muted', { n: integer(count) }),
      action: { label: t('action.undo'), run: () => void meeting.command({ type: 'undo_mute_all' }) },
      stays: left,
    })
  }, [until, count, meeting, t])
}
