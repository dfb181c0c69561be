import { Lock, RotateCw, VideoOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui'

/** Three steps with the browser's own sign drawn, since that is what has to be found. */
export function DeniedSteps({ onRetry }: { onRetry: () => void }) {
  const { t } = useTranslation('lobby')
  return (
    <div className="absolute inset-0 flex flex-col justify-center gap-4 overflow-auto px-6 tablet:px-12">
      <p className="text-title3 font-semibold">{t('denied.title')}</p>
      <div aria-hidden className="flex h-11 max-w-130 items-center gap-3 rounded-full bg-raised px-4 text-text2">
        <Lock size={16} />
        <span className="flex-1 truncate text-body">{window.location.host}</span>
        <span className="flex size-8 items-center justify-center rounded-full outline-2 outline-text">
          <VideoOff size={17} className="text-text" />
        </span>
      </div>
      <ol className="flex list-decimal flex-col gap-1.5 pl-6 text-lead">
        <li>{t('denied.step1')}</li>
        <li>{t('denied.step2')}</li>
        <li>{t('denied.step3')}</li>
      </ol>
      <div>
        <Button icon={<RotateCw aria-hidden size={18} />} onPress={onRetry}>
          {t('denied.retry')}
        </Button>
      </div>
    </div>
  )
}
