import { useTranslation } from 'react-i18next'
import type { AgendaItem } from '@/api/types'

export function AgendaList({ items }: { items: AgendaItem[] }) {
  const { t } = useTranslation('briefings')
  return (
    <ol className="divide-y divide-line border-y border-line">
      {items.map((item, index) => (
        <li key={item.id} className="flex gap-3 py-2.5">
          <span className="num w-5 shrink-0 text-right text-text3">{index + 1}</span>
          <span className="min-w-0 flex-1">
            <span className="block font-medium">{item.title}</span>
            {item.presenter !== null && <span className="block text-small text-text2">{item.presenter}</span>}
          </span>
          <span className="num shrink-0 text-text2">{t('minutes', { count: item.minutes })}</span>
        </li>
      ))}
    </ol>
  )
}
