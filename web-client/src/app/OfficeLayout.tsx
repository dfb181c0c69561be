import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { Check, User } from 'lucide-react'
import {
  Button as AriaButton,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Header,
  Separator,
} from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { logout, setLocale } from '@/api/auth'
import type { Locale } from '@/api/types'
import { changeLocale, currentLocale } from '@/i18n'
import { Mark } from '@/ui'
import { itemClass, popoverClass } from '@/ui/Select'
import { mustSetUp, useAccount } from './session'

const navClass =
  'flex h-full min-h-11 items-center border-b-3 border-transparent px-3.5 text-body font-medium whitespace-nowrap text-text2 hover:text-text'
const navActive = 'border-son! text-text! font-semibold'

/** The band of the office: mark, entries that exist, and who is signed in. */
export function OfficeLayout() {
  const { t } = useTranslation('common')
  const account = useAccount()
  return (
    <div className="flex min-h-dvh flex-col">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3">
        {t('skip')}
      </a>
      <header className="flex min-h-16 flex-wrap items-center gap-x-4 border-b border-line bg-surface px-4 tablet:h-16 tablet:flex-nowrap tablet:px-6">
        <Link to="/" className="flex items-center gap-3.5 py-2 tablet:mr-4">
          <Mark className="size-10" />
          <span className="leading-tight">
            <span className="block text-lead font-semibold">{t('product')}</span>
            <span className="block text-meta text-text3">{account.unit.name}</span>
          </span>
        </Link>
        <nav
          aria-label={t('nav.label')}
          className="order-last -mx-4 flex w-[calc(100%+2rem)] overflow-x-auto border-t border-line px-2 tablet:order-none tablet:mx-0 tablet:h-full tablet:w-auto tablet:flex-1 tablet:border-0 tablet:px-0"
        >
          {!mustSetUp(account) && <Entries administrator={account.administrator} />}
        </nav>
        <AccountMenu />
      </header>
      <Outlet />
    </div>
  )
}

function Entries({ administrator }: { administrator: boolean }) {
  const { t } = useTranslation('common')
  return (
    <>
      <Link to="/" activeOptions={{ exact: true }} className={navClass} activeProps={{ className: navActive }}>
        {t('nav.week')}
      </Link>
      <Link to="/phien" className={navClass} activeProps={{ className: navActive }}>
        {t('nav.briefings')}
      </Link>
      <Link to="/diem-cau" className={navClass} activeProps={{ className: navActive }}>
        {t('nav.points')}
      </Link>
      {administrator && (
        <>
          <Link to="/nguoi-dung" className={navClass} activeProps={{ className: navActive }}>
            {t('nav.people')}
          </Link>
          <Link to="/nhat-ky" className={navClass} activeProps={{ className: navActive }}>
            {t('nav.audit')}
          </Link>
        </>
      )}
    </>
  )
}

function AccountMenu() {
  const { t } = useTranslation('common')
  const account = useAccount()
  const client = useQueryClient()
  const router = useRouter()

  const choose = async (key: string) => {
    if (key === 'sign-out') {
      await logout().catch(() => undefined)
      client.clear()
      await router.navigate({ to: '/dang-nhap' })
      return
    }
    if (key === 'account') {
      await router.navigate({ to: '/tai-khoan' })
      return
    }
    const locale = key as Locale
    await changeLocale(locale)
    // The choice holds in this browser even when the server cannot store it.
    await setLocale(locale).catch(() => undefined)
  }

  return (
    <MenuTrigger>
      <AriaButton className="ml-auto flex min-h-11 items-center gap-2.5 rounded-ctl py-1 pl-2 hovered:bg-sunken">
        <span className="sr-only">{t('account.menu')}: </span>
        <span className="text-right leading-tight max-tablet:sr-only">
          <span className="block text-small">{account.display_name}</span>
          <span className="block text-meta text-text3">{account.title}</span>
        </span>
        <span className="flex size-10 items-center justify-center rounded-full bg-sunken text-text2">
          <User aria-hidden size={20} />
        </span>
      </AriaButton>
      <Popover placement="bottom end" className={popoverClass}>
        <Menu className="min-w-60 outline-none" onAction={(key) => void choose(String(key))}>
          <MenuSection selectionMode="single" selectedKeys={[currentLocale()]}>
            <Header className="px-3 pt-2 pb-1 text-small text-text3">{t('account.language')}</Header>
            {(['vi', 'en'] as const).map((locale) => (
              <MenuItem key={locale} id={locale} className={itemClass}>
                <span className="flex-1" lang={locale}>
                  {t(`language.${locale}`)}
                </span>
                <Check aria-hidden size={18} className="invisible group-selected:visible" />
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className="my-1 border-t border-line" />
          <MenuItem id="account" className={itemClass}>
            {t('account.settings')}
          </MenuItem>
          <MenuItem id="sign-out" className={itemClass}>
            {t('account.sign_out')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
