import { CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { problemText } from '@/api/problem'

/** Why nothing was changed, where no field is to blame. */
export function Refusal({ error }: { error: Error | null }) {
  const { t } = useTranslation('common')
  if (error === null) return null
  return (
    <p role="alert" className="flex items-start gap-2 font-medium text-bad">
      <CircleAlert aria-hidden size={18} className="mt-0.5 shrink-0" /> {problemText(error, t)}
    </p>
  )
}
