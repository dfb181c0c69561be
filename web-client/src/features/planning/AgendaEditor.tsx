import { ArrowDown, ArrowUp, Plus, Trash2 } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clock, fromLocal } from '@/lib/time'
import { Button, Card, IconButton, NumberField, TextField } from '@/ui'
import { agendaEndsAt } from '../briefings/times'
import { type AgendaRow, moveRow, newKey } from './form'

export interface AgendaEditorProps {
  rows: AgendaRow[]
  onChange: (rows: AgendaRow[]) => void
  start: { day: string; from: string }
  errorAt: (index: number) => string | undefined
}

/** The agenda as a list; a row moves by its buttons, or by Alt with an arrow from anywhere inside it. */
export function AgendaEditor({ rows, onChange, start, errorAt }: AgendaEditorProps) {
  const { t } = useTranslation('planning')
  const list = useRef<HTMLOListElement>(null)
  const [said, setSaid] = useState('')
  const change = (key: string, part: Partial<AgendaRow>) =>
    onChange(rows.map((r) => (r.key === key ? { ...r, ...part } : r)))
  const move = (index: number, by: -1 | 1) => {
    const next = moveRow(rows, index, index + by)
    if (next === rows) return
    onChange(next)
    setSaid(t('agenda_moved', { title: rows[index]?.title ?? '', place: index + by + 1, of: rows.length }))
  }
  const add = () => {
    onChange([...rows, { key: newKey(), id: null, title: '', minutes: 15, presenter: '' }])
    window.setTimeout(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus(), 0)
  }
  const ready = start.day !== '' && start.from !== ''
  return (
    <Card
      title={t('agenda')}
      actions={
        <Button icon={<Plus aria-hidden size={18} />} onPress={add}>
          {t('agenda_add')}
        </Button>
      }
    >
      {rows.length === 0 && <p className="text-text2">{t('agenda_empty')}</p>}
      <ol ref={list} className="divide-y divide-line">
        {rows.map((row, index) => (
          <li key={row.key} className="py-3">
            {/* The keys repeat what the row's own buttons do. */}
            {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
            <div
              className="grid grid-cols-[1fr_auto] items-start gap-3 tablet:grid-cols-[minmax(0,3fr)_minmax(0,2fr)_auto_auto]"
              onKeyDown={(event) => {
                if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
                event.preventDefault()
                move(index, event.key === 'ArrowUp' ? -1 : 1)
              }}
            >
              <TextField
                className="max-tablet:col-span-2"
                label={t('agenda_title', { n: index + 1 })}
                value={row.title}
                onChange={(title) => change(row.key, { title })}
                error={errorAt(index)}
              />
              <TextField
                className="max-tablet:col-span-2"
                label={t('agenda_presenter')}
                value={row.presenter}
                onChange={(presenter) => change(row.key, { presenter })}
              />
              <NumberField
                label={t('agenda_minutes')}
                value={row.minutes}
                onChange={(minutes) => change(row.key, { minutes })}
                min={1}
                max={600}
              />
              <div className="flex pt-7">
                <IconButton
                  label={t('agenda_up', { title: row.title })}
                  icon={<ArrowUp aria-hidden size={18} />}
                  isDisabled={index === 0}
                  onPress={() => move(index, -1)}
                />
                <IconButton
                  label={t('agenda_down', { title: row.title })}
                  icon={<ArrowDown aria-hidden size={18} />}
                  isDisabled={index === rows.length - 1}
                  onPress={() => move(index, 1)}
                />
                <IconButton
                  label={t('agenda_remove', { title: row.title })}
                  icon={<Trash2 aria-hidden size={18} />}
                  onPress={() => onChange(rows.filter((r) => r.key !== row.key))}
                />
              </div>
            </div>
          </li>
        ))}
      </ol>
      {rows.length > 0 && ready && (
        <p className="mt-2 text-small text-text2">
          {t('agenda_through', { time: clock(agendaEndsAt(fromLocal(start.day, start.from).toISOString(), rows)) })}{' '}
          {t('agenda_keys')}
        </p>
      )}
      <p aria-live="polite" className="sr-only">
        {said}
      </p>
    </Card>
  )
}
