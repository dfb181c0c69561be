import { useTranslation } from 'react-i18next'
import type { SpeechLine } from '@/api/attendance'
import { clock, duration } from '@/lib/time'

/** Who had the floor, in order. */
export function SpeechTable({ speeches }: { speeches: SpeechLine[] }) {
  const { t } = useTranslation('attendance')
  return (
    <ul className="divide-y divide-line">
      {speeches.map((speech) => (
        <li key={`${speech.granted_at}:${speech.point}`} className="flex gap-4 py-2">
          <span className="num w-12 shrink-0 text-text2">{clock(speech.granted_at)}</span>
          <span className="min-w-0 flex-1">
            <span className="block font-medium">{speech.point}</span>
            <span className="block text-small text-text2">{speech.person}</span>
          </span>
          {speech.spoke_from === null ? (
            <span className="text-small text-text3">{t('not_opened')}</span>
          ) : (
            <span className="num">{duration(speech.seconds)}</span>
          )}
        </li>
      ))}
    </ul>
  )
}
