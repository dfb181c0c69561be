import { useTranslation } from 'react-i18next'

export function WeekPage() {
  const { t } = useTranslation('common')
  return (
    <main id="main" className="p-6">
      <h1 className="text-title2 font-semibold">{t('nav.week')}</h1>
    </main>
  )
}
