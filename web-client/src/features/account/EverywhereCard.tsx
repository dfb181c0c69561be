import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { logoutEverywhere } from '@/api/auth'
import { Button, Card } from '@/ui'
import { Refusal } from './Refusal'

export function EverywhereCard() {
  const { t } = useTranslation('account')
  const client = useQueryClient()
  const router = useRouter()
  const end = useMutation({
    mutationFn: logoutEverywhere,
    onSuccess: async () => {
      client.clear()
      await router.navigate({ to: '/dang-nhap' })
    },
  })
  return (
    <Card title={t('everywhere.title')}>
      <p className="mb-4 max-w-[44rem] text-text2">{t('everywhere.help')}</p>
      <Refusal error={end.error} />
      <Button isPending={end.isPending} onPress={() => end.mutate()}>
        {t('everywhere.submit')}
      </Button>
    </Card>
  )
}
