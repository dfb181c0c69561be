import { useBlocker } from '@tanstack/react-router'
import { CircleAlert } from 'lucide-react'
import { type SubmitEvent, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrors, problemText } from '@/api/problem'
import { Button, Card, Checkbox, DateField, Dialog, NumberField, RadioGroup, TextField, TimeField } from '@/ui'
import { AgendaEditor } from './AgendaEditor'
import type { PlanForm } from './form'
import { HostField } from './HostField'
import { InviteField } from './InviteField'
import { PeopleEditor } from './PeopleEditor'
import { PersonField } from './PersonField'
import { occurrences, validate } from './validate'

export type Scope = 'one' | 'series'

export interface PlanFormViewProps {
  initial: PlanForm
  editing: boolean
  /** The briefing belongs to a weekly series: ask which occurrences to change. */
  inSeries?: boolean
  submitText: string
  error: unknown
  isPending: boolean
  onSubmit: (form: PlanForm, scope: Scope) => void
  onCancel: () => void
}

export function PlanFormView(props: PlanFormViewProps) {
  const { initial, editing, inSeries = false, submitText, error, isPending, onSubmit, onCancel } = props
  const { t } = useTranslation('planning')
  const common = useTranslation('common').t
  const [form, setForm] = useState(initial)
  const [scope, setScope] = useState<Scope>('one')
  const [tried, setTried] = useState(false)
  const root = useRef<HTMLFormElement>(null)
  const set = (part: Partial<PlanForm>) => setForm((old) => ({ ...old, ...part }))

  // While it is being saved, the page may move on to what was saved.
  const unsaved = form !== initial && !isPending
  const blocker = useBlocker({
    shouldBlockFn: () => unsaved,
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  })

  const found = useMemo(() => validate(form, new Date(), editing), [form, editing])
  const refused = fieldErrors(error)
  const at = (field: string): string | undefined => {
    const key = tried ? found[field] : undefined
    return key === undefined ? refused[field] : t(`error.${key}`)
  }
  const wrong = Object.keys(found).length
  const general = error !== null && Object.keys(refused).length === 0 ? problemText(error, common) : undefined

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    if (wrong > 0) {
      // After the errors are shown, so that the first wrong field can take the focus.
      window.setTimeout(
        () =>
          root.current
            ?.querySelector<HTMLElement>('[aria-invalid=true], [data-invalid] input, [data-invalid] [tabindex]')
            ?.focus(),
        0,
      )
      return
    }
    onSubmit(form, scope)
  }
  return (
    <form ref={root} onSubmit={submit} noValidate className="pb-24">
      <div className="grid grid-cols-1 items-start gap-5 desk:grid-cols-[minmax(0,1fr)_440px]">
        <div className="grid grid-cols-1 gap-5">
          <Card title={t('what')}>
            <div className="grid grid-cols-1 gap-4">
              <TextField
                label={t('title')}
                value={form.title}
                onChange={(title) => set({ title })}
                error={at('title')}
              />
              <HostField value={form.hostUnit} onChange={(hostUnit) => set({ hostUnit })} error={at('host_unit')} />
              <div className="grid gap-4 tablet:grid-cols-2">
                <PersonField
                  label={t('chair')}
                  value={form.chair}
                  onChange={(chair) => set({ chair })}
                  error={at('chair_id')}
                />
                <PersonField
                  label={t('secretary')}
                  value={form.secretary}
                  onChange={(secretary) => set({ secretary })}
                  error={at('secretary_id')}
                />
                <PersonField
                  label={t('deputy')}
                  help={t('deputy_help')}
                  value={form.deputy}
                  onChange={(deputy) => set({ deputy })}
                  error={at('deputy_id')}
                />
              </div>
            </div>
          </Card>
          <Card title={t('when')}>
            <div className="grid grid-cols-2 gap-4 tablet:grid-cols-[1fr_8rem_8rem]">
              <DateField
                className="max-tablet:col-span-2"
                label={t('day')}
                value={form.day}
                onChange={(day) => set({ day })}
                error={at('day')}
              />
              <TimeField
                label={t('from')}
                value={form.from}
                onChange={(from) => set({ from })}
                error={at('starts_at')}
              />
              <TimeField label={t('to')} value={form.to} onChange={(to) => set({ to })} error={at('ends_at')} />
            </div>
            {editing ? (
              inSeries && (
                <div className="mt-4 border-t border-line pt-4">
                  <RadioGroup
                    label={t('scope')}
                    value={scope}
                    onChange={setScope}
                    options={[
                      { id: 'one', label: t('scope_one') },
                      { id: 'series', label: t('scope_series') },
                    ]}
                  />
                </div>
              )
            ) : (
              <div className="mt-3">
                <Checkbox isSelected={form.weekly} onChange={(weekly) => set({ weekly })}>
                  {t('weekly')}
                </Checkbox>
                {form.weekly && (
                  <div className="mt-1 pl-8.5 tablet:max-w-72">
                    <DateField
                      label={t('until')}
                      value={form.until}
                      onChange={(until) => set({ until })}
                      error={at('repeat.until')}
                    />
                    {form.until !== '' && found['repeat.until'] === undefined && (
                      <p className="mt-1.5 text-small text-text2">
                        {t('occurrences', { count: occurrences(form.day, form.until) })}
                      </p>
                    )}
                  </div>
                )}
              </div>
            )}
          </Card>
          <AgendaEditor
            rows={form.agenda}
            onChange={(agenda) => set({ agenda })}
            start={{ day: form.day, from: form.from }}
            errorAt={(index) => at(`agenda.${index}.title`)}
          />
        </div>
        <div className="grid grid-cols-1 gap-5">
          <InviteField
            rootCode={form.hostUnit?.code ?? initial.hostUnit?.code ?? ''}
            picks={form.picks}
            onPicks={(picks) => set({ picks })}
            error={at('invite')}
          />
          <PeopleEditor rows={form.people} onChange={(people) => set({ people })} />
          <Card title={t('how')}>
            <Checkbox isSelected={form.lobby} onChange={(lobby) => set({ lobby })} note={t('lobby_note')}>
              {t('lobby')}
            </Checkbox>
            <NumberField
              className="mt-3"
              label={t('floor_minutes')}
              value={form.floorMinutes}
              onChange={(floorMinutes) => set({ floorMinutes })}
              min={0}
              max={120}
              help={t('floor_help')}
              error={at('floor_limit_seconds')}
            />
          </Card>
        </div>
      </div>

      <div className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface">
        <div className="mx-auto flex max-w-[1366px] flex-wrap items-center gap-3 px-4 py-3 tablet:px-6">
          <Button type="submit" variant="primary" isPending={isPending}>
            {submitText}
          </Button>
          <Button onPress={onCancel}>{common('action.cancel')}</Button>
          <p role="status" className="min-w-0 flex-1 text-small">
            {general !== undefined ? (
              <span className="flex items-start gap-1.5 font-medium text-bad">
                <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" /> {general}
              </span>
            ) : (
              tried && wrong > 0 && <span className="font-medium text-bad">{t('wrong', { count: wrong })}</span>
            )}
          </p>
        </div>
      </div>

      <Dialog
        title={t('leave_title')}
        isOpen={blocker.status === 'blocked'}
        onClose={() => blocker.reset?.()}
        alert
        actions={
          <>
            <Button variant="danger" onPress={() => blocker.proceed?.()}>
              {t('leave')}
            </Button>
            <Button onPress={() => blocker.reset?.()}>{t('stay')}</Button>
          </>
        }
      >
        <p className="text-body text-text2">{t('leave_text')}</p>
      </Dialog>
    </form>
  )
}
