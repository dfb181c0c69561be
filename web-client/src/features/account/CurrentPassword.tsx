import { useTranslation } from 'react-i18next'
import { isRefusal } from '@/api/problem'
import { PasswordField } from '@/ui'

/** What shows that it is the account's owner who changes it; an open browser is not enough. */
export function CurrentPassword({
  value,
  onChange,
  refusal,
}: {
  value: string
  onChange: (value: string) => void
  /** Why the server did not make the change, if it did not. */
  refusal: Error | null
}) {
  const { t } = useTranslation('account')
  return (
    <PasswordField
      label={t('password.current')}
      autoComplete="current-password"
      value={value}
      onChange={onChange}
      error={isRefusal(refusal, 'bad_credentials') ? t('wrong_password') : undefined}
    />
  )
}
