import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type SubmitEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { beginTotp, confirmTotp, disableTotp } from '@/api/auth'
import { isRefusal } from '@/api/problem'
import { sessionQuery } from '@/app/session'
import { Button, Card, notify, TextField } from '@/ui'
import { CurrentPassword } from './CurrentPassword'
import { RecoveryCodes } from './RecoveryCodes'
import { Refusal } from './Refusal'

/** An authenticator for signing in: off, being set up, or on. */
export function SecondFactorCard({ isOn, isRequired }: { isOn: boolean; isRequired: boolean }) {
  const { t } = useTranslation('account')
  const client = useQueryClient()
  // Shown once, until the person says that they are kept.
  const [codes, setCodes] = useState<string[] | null>(null)
  const changed = () => client.invalidateQueries({ queryKey: sessionQuery.queryKey })
  return (
    <Card title={t('totp.title')}>
      <p className="mb-4 max-w-[44rem] text-text2">
        {isOn ? t('totp.on') : t('totp.off')} {isOn && isRequired && t('totp.kept_on')}
      </p>
      {codes !== null ? (
        <RecoveryCodes codes={codes} onKept={() => setCodes(null)} />
      ) : isOn ? (
        <Disable onDone={changed} />
      ) : (
        <Enable
          onDone={async (given) => {
            setCodes(given)
            await changed()
          }}
        />
      )}
    </Card>
  )
}

function Enable({ onDone }: { onDone: (codes: string[]) => Promise<void> }) {
  const { t } = useTranslation('account')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const begin = useMutation({ mutationFn: () => beginTotp(password) })
  const confirm = useMutation({
    mutationFn: () => confirmTotp(code.trim()),
    onSuccess: ({ recovery_codes }) => onDone(recovery_codes),
  })
  const setup = begin.data
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (setup === undefined) begin.mutate()
    else confirm.mutate()
  }
  if (setup === undefined) {
    const wrong = isRefusal(begin.error, 'bad_credentials')
    return (
      <form onSubmit={submit} noValidate className="grid max-w-[28rem] grid-cols-1 gap-4">
        {!wrong && <Refusal error={begin.error} />}
        <CurrentPassword value={password} onChange={setPassword} refusal={begin.error} />
        <Button
          type="submit"
          variant="primary"
          className="justify-self-start"
          isDisabled={password === ''}
          isPending={begin.isPending}
        >
          {t('totp.begin')}
        </Button>
      </form>
    )
  }
  const wrong = isRefusal(confirm.error, 'bad_totp')
  return (
    <form onSubmit={submit} noValidate className="flex flex-wrap items-start gap-6">
      <img
        className="size-60 bg-white"
        src={`data:image/svg+xml,${encodeURIComponent(setup.qr_svg)}`}
        alt={t('totp.qr')}
      />
      <div className="grid max-w-[28rem] min-w-0 flex-1 basis-72 grid-cols-1 gap-4">
        <p>{t('totp.scan')}</p>
        <p className="text-small text-text2">
          {t('totp.type')} <code className="num block font-semibold break-all text-text">{grouped(setup.secret)}</code>
        </p>
        {!wrong && <Refusal error={confirm.error} />}
        <TextField
          label={t('totp.code')}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={setCode}
          error={wrong ? t('totp.wrong') : undefined}
        />
        <Button
          type="submit"
          variant="primary"
          className="justify-self-start"
          isDisabled={code.trim() === ''}
          isPending={confirm.isPending}
        >
          {t('totp.confirm')}
        </Button>
      </div>
    </form>
  )
}

function Disable({ onDone }: { onDone: () => Promise<void> }) {
  const { t } = useTranslation('account')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const disable = useMutation({
    mutationFn: () => disableTotp(password, code.trim()),
    onSuccess: async () => {
      notify({ text: t('totp.disabled') })
      await onDone()
    },
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    disable.mutate()
  }
  const [badPassword, badCode] = [isRefusal(disable.error, 'bad_credentials'), isRefusal(disable.error, 'bad_totp')]
  return (
    <form onSubmit={submit} noValidate className="grid max-w-[28rem] grid-cols-1 gap-4">
      {!badPassword && !badCode && <Refusal error={disable.error} />}
      <CurrentPassword value={password} onChange={setPassword} refusal={disable.error} />
      <TextField
        label={t('totp.code_or_recovery')}
        autoComplete="one-time-code"
        value={code}
        onChange={setCode}
        error={badCode ? t('totp.wrong') : undefined}
      />
      <Button
        type="submit"
        className="justify-self-start"
        isDisabled={password === '' || code.trim() === ''}
        isPending={disable.isPending}
      >
        {t('totp.disable')}
      </Button>
    </form>
  )
}

/** In fours, to be typed. */
const grouped = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? secret
