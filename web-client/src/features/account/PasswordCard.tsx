import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { changePassword } from '@/api/auth'
import { fieldErrors, isRefusal } from '@/api/problem'
import { sessionQuery } from '@/app/session'
import { Button, Card, notify, PasswordField } from '@/ui'
import { CurrentPassword } from './CurrentPassword'
import { Refusal } from './Refusal'

export function PasswordCard() {
  const { t } = useTranslation('account')
  const client = useQueryClient()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const change = useMutation({
    mutationFn: () => changePassword(current, next),
    onSuccess: async () => {
      setCurrent('')
      setNext('')
      notify({ text: t('password.changed') })
      await client.invalidateQueries({ queryKey: sessionQuery.queryKey })
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    change.mutate()
  }
  const wrong = isRefusal(change.error, 'bad_credentials')
  const fields = fieldErrors(change.error)
  return (
    <Card title={t('password.title')}>
      <form onSubmit={submit} noValidate className="grid max-w-[28rem] grid-cols-1 gap-4">
        {!wrong && fields.new_password === undefined && <Refusal error={change.error} />}
        <CurrentPassword value={current} onChange={setCurrent} refusal={change.error} />
        <PasswordField
          label={t('password.new')}
          autoComplete="new-password"
          value={next}
          onChange={setNext}
          error={fields.new_password}
        />
        <p className="text-small text-text2">{t('password.help')}</p>
        <Button
          type="submit"
          variant="primary"
          className="justify-self-start"
          isDisabled={current === '' || next === ''}
          isPending={change.isPending}
        >
          {t('password.submit')}
        </Button>
      </form>
    </Card>
  )
}
