import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UnitRef } from '@/api/types'
import { useSettled } from '@/lib/debounce'
import { ComboBox } from '@/ui'
import { unitSearchQuery } from './queries'

export interface HostFieldProps {
  value: UnitRef | null
  onChange: (unit: UnitRef | null) => void
  error?: string | undefined
}

export function HostField({ value, onChange, error }: HostFieldProps) {
  const { t } = useTranslation('planning')
  const [text, setText] = useState(value?.name ?? '')
  const asked = useSettled(text === value?.name ? '' : text.trim())
  const units = useQuery({ ...unitSearchQuery(asked), placeholderData: (old) => old })
  const found = asked === '' ? (value === null ? [] : [value]) : (units.data ?? [])
  return (
    <ComboBox
      label={t('host')}
      options={found.map((u) => ({ id: u.code, label: u.name }))}
      value={value?.code ?? null}
      inputValue={text}
      onInputChange={(next) => {
        setText(next)
        if (next === '') onChange(null)
      }}
      onChange={(code) => {
        const unit = found.find((u) => u.code === code)
        if (unit === undefined) return
        onChange({ code: unit.code, name: unit.name })
        setText(unit.name)
      }}
      placeholder={t('host_placeholder')}
      emptyText={t('host_none')}
      error={error}
    />
  )
}
