import { useTranslation } from 'react-i18next'
import { Button, buttonClass } from '@/ui'

/** Codes for when the authenticator is lost. The server shows them this once. */
export function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const { t } = useTranslation('account')
  return (
    <section aria-labelledby="recovery">
      <h3 id="recovery" className="font-semibold">
        {t('recovery.title')}
      </h3>
      <p className="mt-1 max-w-[44rem] text-text2">{t('recovery.help')}</p>
      <ul className="num my-4 grid max-w-[36rem] grid-cols-1 gap-x-8 gap-y-1 rounded-ctl bg-sunken p-4 font-semibold tablet:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        <a
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(codes.join('\n'))}`}
          download="giaoban-ma-du-phong.txt"
          className={buttonClass('secondary')}
        >
          {t('recovery.download')}
        </a>
        <Button variant="primary" onPress={onKept}>
          {t('recovery.kept')}
        </Button>
      </div>
    </section>
  )
}
