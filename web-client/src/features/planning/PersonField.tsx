import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PersonRef } from '@/api/types'
import { useSettled } from '@/lib/debounce'
import { ComboBox } from '@/ui'
import { peopleQuery } from './queries'

export interface PersonFieldProps {
  label: string
  value: PersonRef | null
  onChange: (person: PersonRef | null) => void
  error?: string | undefined
  help?: string
  className?: string
}

/** A person found by name or office. */
export function PersonField({ label, value, onChange, error, help, className }: PersonFieldProps) {
  const { t } = useTranslation('planning')
  const [text, setText] = useState(value?.display_name ?? '')
  const [typed, setTyped] = useState(false)
  const asked = useSettled(typed ? text.trim() : '')
  const people = useQuery({ ...peopleQuery(asked), placeholderData: (old) => old })
  const found = people.data ?? []
  return (
    <ComboBox
      label={label}
      options={found.map((p) => ({
        id: p.id,
        label: p.display_name,
        note: [p.title, p.unit_name].filter(Boolean).join(', '),
      }))}
      value={value?.id ?? null}
      inputValue={text}
      onInputChange={(next) => {
        setText(next)
        setTyped(next !== value?.display_name)
        if (next === '') onChange(null)
      }}
      onChange={(id) => {
        const person = found.find((p) => p.id === id)
        if (person === undefined) return
        onChange({ id: person.id, display_name: person.display_name, title: person.title })
        setText(person.display_name)
        setTyped(false)
      }}
      placeholder={t('person_placeholder')}
      emptyText={people.isFetching ? t('person_searching') : t('person_none')}
      {...(help === undefined ? (value?.title ? { help: value.title } : {}) : { help })}
      error={error}
      {...(className === undefined ? {} : { className })}
    />
  )
}
