import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useTheme } from '@/lib/theme'

const route = getRouteApi('/signed-in/phien/$id/hop')

export function RoomPage() {
  const { id } = route.useParams()
  const { t } = useTranslation('room')
  useTheme('dark')
  return (
    <main id="main" className="p-6" data-briefing={id}>
      <h1 className="text-title2 font-semibold">{t('title')}</h1>
    </main>
  )
}
