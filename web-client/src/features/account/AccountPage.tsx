import { useTranslation } from 'react-i18next'
import { lacksSecondFactor, useAccount } from '@/app/session'
import { useTitle } from '@/lib/title'
import { Page, PageHeading } from '@/ui'
import { EverywhereCard } from './EverywhereCard'
import { PasswordCard } from './PasswordCard'
import { SecondFactorCard } from './SecondFactorCard'

const Required = ({ children }: { children: string }) => (
  <p role="status" className="rounded-ctl bg-warn-tint p-4 font-medium text-text">
    {children}
  </p>
)

/** How somebody signs in, and ends sign-ins that are not wanted any more. */
export function AccountPage() {
  const { t } = useTranslation('account')
  const account = useAccount()
  useTitle(t('title'))
  return (
    <Page className="max-w-[56rem]!">
      <PageHeading title={t('title')} note={`${account.display_name}, ${account.username}`} />
      <div className="grid grid-cols-1 gap-4">
        {account.temporary_password && <Required>{t('password.required')}</Required>}
        {lacksSecondFactor(account) && <Required>{t('totp.required')}</Required>}
        {/* What must be done first comes first. */}
        {account.temporary_password && <PasswordCard />}
        <SecondFactorCard isOn={account.second_factor} isRequired={account.second_factor_required} />
        {!account.temporary_password && <PasswordCard />}
        <EverywhereCard />
      </div>
    </Page>
  )
}
