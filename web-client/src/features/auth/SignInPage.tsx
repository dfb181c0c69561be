import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { type SubmitEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button as AriaButton } from 'react-aria-components'
import { login } from '@/api/auth'
import { ApiError, isRefusal, problemText } from '@/api/problem'
import { sessionQuery, useAbout } from '@/app/session'
import { changeLocale } from '@/i18n'
import { useTitle } from '@/lib/title'
import { Button, Mark, PasswordField, TextField } from '@/ui'
import { PointsRing } from './PointsRing'
import { safeNext } from './next'

const DEMO_PASSWORD = 'giaoban-demo'
const route = getRouteApi('/dang-nhap')

export function SignInPage() {
  const { t } = useTranslation(['auth', 'common'])
  useTitle(t('title'))
  const about = useAbout()
  return (
    <div className="flex min-h-dvh flex-col desk:grid desk:grid-cols-[776fr_590fr]">
      <header
        data-theme="dark"
        className="relative flex flex-col overflow-hidden bg-[#13191f] px-6 py-5 desk:px-18 desk:py-16"
      >
        <PointsRing className="absolute top-1/2 left-[91%] hidden h-[648px] w-[648px] -translate-x-1/2 -translate-y-1/2 desk:block" />
        <div className="relative flex items-center gap-4">
          <Mark className="size-11 desk:size-16" />
          <p className="max-w-60 text-lead font-medium desk:text-place">
            {about.data?.unit_name ?? t('common:product')}
          </p>
        </div>
        <div className="relative my-auto hidden desk:block">
          <p className="max-w-96 text-[4rem] leading-[1.13] font-semibold tracking-[-0.02em]">{t('common:product')}</p>
          <p className="mt-6 max-w-80 text-title3 text-text2">{t('tagline_plain')}</p>
        </div>
        <p className="relative hidden items-center gap-2.5 text-lead text-text2 desk:flex">
          {about.isError ? (
            <>
              <CircleAlert aria-hidden size={20} className="text-warn" />
              {t('system_unknown')}
            </>
          ) : (
            about.isSuccess && (
              <>
                <CircleCheck aria-hidden size={20} className="text-ok" />
                {t('system_ok')}
              </>
            )
          )}
        </p>
      </header>
      <main
        id="main"
        className="flex flex-1 flex-col overflow-auto bg-surface px-6 py-8 desk:justify-center desk:px-18"
      >
        <div className="mx-auto w-full max-w-[446px]">
          <SignInForm />
        </div>
      </main>
    </div>
  )
}

interface Missing {
  username?: string
  password?: string
}

function SignInForm() {
  const { t } = useTranslation('auth')
  const common = useTranslation('common').t
  const { tiep } = route.useSearch()
  const router = useRouter()
  const client = useQueryClient()
  const about = useAbout()
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  // Null until the server asks for it.
  const [code, setCode] = useState<string | null>(null)
  const asksCode = code !== null
  const [missing, setMissing] = useState<Missing>({})
  const form = useRef<HTMLFormElement>(null)

  const signIn = useMutation({
    mutationFn: () => login(username.trim(), password, code),
    onError: (error) => {
      if (isRefusal(error, 'totp_required')) setCode('')
    },
    onSuccess: async ({ account }) => {
      client.setQueryData(sessionQuery.queryKey, account)
      await changeLocale(account.locale)
      await router.navigate({ href: safeNext(tiep), replace: true })
    },
  })

  const focus = (name: string) => form.current?.querySelector<HTMLInputElement>(`input[name=${name}]`)?.focus()

  useEffect(() => {
    if (signIn.isError)
      form.current?.querySelector<HTMLInputElement>(`input[name=${asksCode ? 'code' : 'password'}]`)?.select()
  }, [signIn.isError, signIn.submittedAt, asksCode])

  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const found: Missing = {}
    if (username.trim() === '') found.username = t('username_missing')
    if (password === '') found.password = t('password_missing')
    setMissing(found)
    if (found.username !== undefined) focus('username')
    else if (found.password !== undefined) focus('password')
    else signIn.mutate()
  }

  const aboutCode = isRefusal(signIn.error, 'totp_required') || isRefusal(signIn.error, 'bad_totp')
  const refused = refusal(signIn.error, t, common)
  const passwordError = missing.password ?? (aboutCode ? undefined : refused)
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <h1 className="mb-7 text-title1 font-semibold tracking-[-0.01em]">{t('title')}</h1>
      <TextField
        label={t('username')}
        name="username"
        autoComplete="username"
        tall
        value={username}
        onChange={setUsername}
        error={missing.username}
        className="mb-5"
      />
      <PasswordField
        label={t('password')}
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={passwordError}
        className="mb-4"
      />
      {asksCode && (
        <TextField
          label={t('code')}
          help={t('code_help')}
          name="code"
          autoComplete="one-time-code"
          tall
          value={code}
          onChange={setCode}
          error={isRefusal(signIn.error, 'bad_totp') ? refused : undefined}
          className="mb-4"
        />
      )}
      <Button
        type="submit"
        variant="primary"
        size="session"
        className="h-14 w-full text-place"
        isPending={signIn.isPending}
      >
        {signIn.isPending ? t('submitting') : t('submit')}
      </Button>
      {about.data?.demo === true && (
        <DemoAccounts
          accounts={about.data.demo_accounts ?? []}
          onPick={(name) => {
            setUsername(name)
            setCode(null)
            setPassword(DEMO_PASSWORD)
            setMissing({})
          }}
        />
      )}
      {about.data?.support_phone != null && (
        <p className="mt-6 text-body text-text2">
          {t('support')}{' '}
          <a
            className="font-semibold text-text underline-offset-4 hover:underline"
            href={`tel:${about.data.support_phone}`}
          >
            {about.data.support_phone}
          </a>
          .
        </p>
      )}
    </form>
  )
}

function refusal(error: unknown, t: TFunction<'auth'>, common: TFunction): string | undefined {
  if (error === null) return undefined
  if (isRefusal(error, 'bad_credentials')) return t('bad_credentials')
  if (error instanceof ApiError && error.code === 'too_many_attempts') {
    return t('too_many_attempts', { seconds: error.retryAfter ?? 60 })
  }
  return problemText(error, common)
}

function DemoAccounts({
  accounts,
  onPick,
}: {
  accounts: { username: string; label: string }[]
  onPick: (username: string) => void
}) {
  const { t } = useTranslation('auth')
  return (
    <section aria-labelledby="demo" className="mt-7 border-t border-line pt-5">
      <h2 id="demo" className="text-body font-semibold">
        {t('demo_title')}
      </h2>
      <p className="text-small text-text2">{t('demo_help', { password: DEMO_PASSWORD })}</p>
      <ul className="mt-2 max-h-52 divide-y divide-line overflow-auto rounded-ctl border border-line">
        {accounts.map((account) => (
          <li key={account.username}>
            <AriaButton
              onPress={() => onPick(account.username)}
              className="flex min-h-11 w-full items-center justify-between gap-3 px-3 py-1.5 text-left text-body outline-offset-[-3px] hovered:bg-pri-tint"
            >
              <span className="min-w-0 flex-1">{account.label}</span>
              <span className="shrink-0 text-small font-medium text-text2">{account.username}</span>
            </AriaButton>
          </li>
        ))}
      </ul>
    </section>
  )
}
