import { useMutation, useQueryClient } from '@tanstack/react-query'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrors, problemText } from '@/api/problem'
import type { Point, PointDraft, PointKind, UnitRef } from '@/api/types'
import { createPoint, updatePoint } from '@/api/units'
import { Button, Dialog, notify, NumberField, RadioGroup, TextField } from '@/ui'
import { POINTS } from './queries'

export interface PointDialogProps {
  /** The point to change, or null for a new one of `unit`. */
  point: Point | null
  unit: UnitRef
  onClose: () => void
}

export function PointDialog({ point, unit, onClose }: PointDialogProps) {
  const { t } = useTranslation('points')
  const common = useTranslation('common').t
  const client = useQueryClient()
  const [draft, setDraft] = useState<PointDraft>({
    unit_code: point?.unit_code ?? unit.code,
    name: point?.name ?? unit.name,
    kind: point?.kind ?? 'room',
    link_kbps: point?.link_kbps ?? 2000,
    technician_name: point?.technician_name ?? '',
    technician_phone: point?.technician_phone ?? '',
  })
  const [missing, setMissing] = useState(false)
  const set = (part: Partial<PointDraft>) => setDraft((old) => ({ ...old, ...part }))
  const save = useMutation({
    mutationFn: () => {
      const { unit_code, ...details } = draft
      return point === null ? createPoint({ unit_code, ...details }) : updatePoint(point.id, details)
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: POINTS })
      notify({ text: t('saved', { name: draft.name }) })
      onClose()
    },
  })
  const refused = fieldErrors(save.error)
  const general = save.error !== null && Object.keys(refused).length === 0 ? problemText(save.error, common) : null
  return (
    <Dialog
      title={point === null ? t('add_title', { unit: unit.name }) : t('edit_title', { name: point.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button
            variant="primary"
            isPending={save.isPending}
            onPress={() => {
              if (draft.name.trim() === '') setMissing(true)
              else save.mutate()
            }}
          >
            {common('action.save')}
          </Button>
          <Button onPress={onClose}>{common('action.cancel')}</Button>
        </>
      }
    >
      <div className="grid grid-cols-1 gap-4">
        {general !== null && (
          <p role="alert" className="flex items-start gap-2 font-medium text-bad">
            <CircleAlert aria-hidden size={18} className="mt-0.5 shrink-0" /> {general}
          </p>
        )}
        <TextField
          label={t('name')}
          value={draft.name}
          onChange={(name) => {
            set({ name })
            setMissing(false)
          }}
          error={missing ? t('name_missing') : refused.name}
        />
        <RadioGroup<PointKind>
          label={t('kind_label')}
          value={draft.kind}
          onChange={(kind) => set({ kind })}
          options={[
            { id: 'room', label: t('kind.room') },
            { id: 'desk', label: t('kind.desk') },
          ]}
        />
        <NumberField
          label={t('rate')}
          help={t('rate_help')}
          value={draft.link_kbps}
          onChange={(link_kbps) => set({ link_kbps })}
          min={64}
          max={10_000_000}
          wide
          error={refused.link_kbps}
        />
        <TextField
          label={t('technician')}
          value={draft.technician_name}
          onChange={(technician_name) => set({ technician_name })}
          error={refused.technician_name}
        />
        <TextField
          label={t('phone')}
          type="tel"
          value={draft.technician_phone}
          onChange={(technician_phone) => set({ technician_phone })}
          error={refused.technician_phone}
        />
      </div>
    </Dialog>
  )
}
