import { Search, X } from 'lucide-react'
import { Button as AriaButton, Input, SearchField as AriaSearchField } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { cx } from './cx'
import { inputClass } from './field'

export interface SearchFieldProps {
  label: string
  value: string
  onChange: (text: string) => void
  className?: string
}

/** A search box whose label is its placeholder; Escape clears it. */
export function SearchField({ label, value, onChange, className }: SearchFieldProps) {
  const { t } = useTranslation('common')
  return (
    <AriaSearchField
      aria-label={label}
      value={value}
      onChange={onChange}
      className={cx('group relative block', className)}
    >
      <Search
        aria-hidden
        size={18}
        className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-text3"
      />
      <Input className={cx(inputClass, 'pr-11 pl-10 [&::-webkit-search-cancel-button]:hidden')} placeholder={label} />
      <AriaButton
        aria-label={t('action.clear')}
        className="absolute inset-y-0 right-0 flex w-11 items-center justify-center rounded-ctl text-text2 group-empty:hidden"
      >
        <X aria-hidden size={18} />
      </AriaButton>
    </AriaSearchField>
  )
}
