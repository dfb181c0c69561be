import { Copy } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button, Dialog, notify } from '@/ui'

/** A password that was made for somebody; nobody can show it again. */
export function GivenPassword({ name, password, onClose }: { name: string; password: string; onClose: () => void }) {
  const { t } = useTranslation('people')
  const common = useTranslation('common').t
  return (
    <Dialog
      title={t('given.title', { name })}
      isOpen
      onClose={onClose}
      alert
      actions={
        <>
          <Button variant="primary" onPress={onClose}>
            {t('given.done')}
          </Button>
          <Button
            icon={<Copy aria-hidden size={17} />}
            onPress={() =>
              void navigator.clipboard.writeText(password).then(() => notify({ text: common('action.copied') }))
            }
          >
            {common('action.copy')}
          </Button>
        </>
      }
    >
      <p className="mb-4 text-body text-text2">{t('given.text')}</p>
      <p className="text-small text-text2">{t('given.password')}</p>
      <p className="num mt-1 rounded-ctl bg-sunken p-4 text-title3 font-semibold" data-testid="given-password">
        {password}
      </p>
    </Dialog>
  )
}
