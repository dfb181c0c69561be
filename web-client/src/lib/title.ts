import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

/** Sets the window's title: the page first, then the product. */
export function useTitle(title: string | undefined): void {
  const { t } = useTranslation('common')
  useEffect(() => {
    document.title = title ? `${title} · ${t('product')}` : t('product')
  }, [title, t])
}
