import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { cancelBriefing } from '@/api/briefings'
import { fieldErrors, problemText } from '@/api/problem'
import type { Briefing } from '@/api/types'
import { Button, Dialog, notify, TextField } from '@/ui'
import { BRIEFINGS } from './queries'

export function CancelDialog({
  briefing,
  isOpen,
  onClose,
}: {
  briefing: Briefing
  isOpen: boolean
  onClose: () => void
}) {
  const { t } = useTranslation('briefings')
  const common = useTranslation('common').t
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [missing, setMissing] = useState(false)
  const cancel = useMutation({
    mutationFn: () => cancelBriefing(briefing.id, reason.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: BRIEFINGS })
      notify({ text: t('cancel_done') })
      onClose()
    },
  })
  const refused = cancel.isError ? (fieldErrors(cancel.error).reason ?? problemText(cancel.error, common)) : undefined
  return (
    <Dialog
      title={t('cancel_title', { title: briefing.title })}
      isOpen={isOpen}
      onClose={onClose}
      alert
      actions={
        <>
          <Button
            variant="danger"
            isPending={cancel.isPending}
            onPress={() => {
              if (reason.trim() === '') setMissing(true)
              else cancel.mutate()
            }}
          >
            {t('cancel')}
          </Button>
          <Button onPress={onClose}>{common('action.back')}</Button>
        </>
      }
    >
      <p className="mb-4 text-body text-text2">{t('cancel_text')}</p>
      <TextField
        label={t('cancel_reason')}
        rows={3}
        value={reason}
        onChange={(next) => {
          setReason(next)
          setMissing(false)
        }}
        error={missing ? t('cancel_missing') : refused}
      />
    </Dialog>
  )
}
