import type { ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { buttonClass, ErrorState } from '@/ui'

/** A page that failed; the rest of the application goes on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const { t } = useTranslation('common')
  return (
    <main id="main" className="mx-auto max-w-2xl p-6">
      <ErrorState title={t('error.page_title')} error={error} onRetry={reset} />
    </main>
  )
}

export function NotFoundPage() {
  const { t } = useTranslation('common')
  return (
    <main id="main" className="mx-auto flex max-w-2xl flex-col items-start gap-4 p-8">
      <h1 className="text-title2 font-semibold">{t('error.lost_title')}</h1>
      <p className="text-lead text-text2">{t('error.lost_text')}</p>
      <a href="/" className={buttonClass('primary')}>
        {t('error.to_start')}
      </a>
    </main>
  )
}
