import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, Dialog, TextField } from '@/ui'
import { setChoices, useChoices } from './choices'

/** Somebody else sits in today: name and office go on the roll. */
export function DeputyDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('lobby')
  const { deputy } = useChoices()
  const [name, setName] = useState(deputy?.name ?? '')
  const [title, setTitle] = useState(deputy?.title ?? '')
  const [missing, setMissing] = useState(false)
  return (
    <Dialog
      title={t('deputy')}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          <Button
            variant="primary"
            onPress={() => {
              if (name.trim() === '') {
                setMissing(true)
                return
              }
              setChoices({ deputy: { name: name.trim(), title: title.trim() } })
              onClose()
            }}
          >
            {t('deputy_done')}
          </Button>
          {deputy !== null && (
            <Button
              onPress={() => {
                setChoices({ deputy: null })
                onClose()
              }}
            >
              {t('deputy_none')}
            </Button>
          )}
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        <TextField
          label={t('deputy_name')}
          value={name}
          onChange={(next) => {
            setName(next)
            setMissing(false)
          }}
          error={missing ? t('deputy_missing') : undefined}
        />
        <TextField label={t('deputy_title')} value={title} onChange={setTitle} />
      </div>
    </Dialog>
  )
}
