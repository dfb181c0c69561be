import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { addAccount } from '@/api/accounts'
import { fieldErrors } from '@/api/problem'
import type { NewAccount, OfficeRole, UnitRef } from '@/api/types'
import { Button, Dialog, notify, Select, TextField } from '@/ui'
import { Refusal } from '../account/Refusal'
import { GivenPassword } from './GivenPassword'
import { PEOPLE } from './queries'

const ROLES: OfficeRole[] = ['delegate', 'chair', 'secretary', 'technician', 'observer', 'administrator']

/** A new account of a unit; ends with the password to hand over. */
export function AddDialog({ unit, onClose }: { unit: UnitRef; onClose: () => void }) {
  const { t } = useTranslation('people')
  const common = useTranslation('common').t
  const client = useQueryClient()
  const form = useId()
  const [draft, setDraft] = useState<NewAccount>({
    username: '',
    display_name: '',
    title: '',
    unit_code: unit.code,
    role: 'delegate',
  })
  const set = (part: Partial<NewAccount>) => setDraft((old) => ({ ...old, ...part }))
  const add = useMutation({
    mutationFn: () => addAccount(draft),
    onSuccess: async () => {
      notify({ text: t('added', { name: draft.username }) })
      await client.invalidateQueries({ queryKey: PEOPLE })
    },
  })
  if (add.data !== undefined) {
    return <GivenPassword name={draft.display_name} password={add.data.password} onClose={onClose} />
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    add.mutate()
  }
  const refused = fieldErrors(add.error)
  return (
    <Dialog
      title={t('add_title', { unit: unit.name })}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button type="submit" form={form} variant="primary" isPending={add.isPending}>
            {t('add')}
          </Button>
          <Button onPress={onClose}>{common('action.cancel')}</Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} noValidate className="grid grid-cols-1 gap-4">
        {Object.keys(refused).length === 0 && <Refusal error={add.error} />}
        <TextField
          label={t('display_name')}
          autoComplete="off"
          value={draft.display_name}
          onChange={(display_name) => set({ display_name })}
          error={refused.display_name}
        />
        <TextField
          label={t('username')}
          help={t('username_help')}
          autoComplete="off"
          value={draft.username}
          onChange={(username) => set({ username })}
          error={refused.username}
        />
        <TextField
          label={t('position')}
          autoComplete="off"
          value={draft.title}
          onChange={(title) => set({ title })}
          error={refused.title}
        />
        <Select
          label={t('role_label')}
          help={t('role_help')}
          options={ROLES.map((id) => ({ id, label: t(`role.${id}`) }))}
          value={draft.role}
          onChange={(role) => set({ role: role as OfficeRole })}
        />
      </form>
    </Dialog>
  )
}
