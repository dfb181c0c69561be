import { CircleAlert, CircleCheck, CircleX, Clock } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PointLine, Roll } from '@/api/attendance'
import { clock, duration, integer } from '@/lib/time'
import { Badge, Button, cx } from '@/ui'

const STEP = 100

const looks: Record<Roll, { icon: typeof Clock; tone: string }> = {
  on_site: { icon: CircleCheck, tone: 'text-ok' },
  online: { icon: CircleCheck, tone: 'text-ok' },
  represented: { icon: CircleCheck, tone: 'text-ok' },
  late: { icon: Clock, tone: 'text-warn' },
  excused: { icon: CircleAlert, tone: 'text-text2' },
  absent: { icon: CircleX, tone: 'text-bad' },
  not_yet_called: { icon: CircleAlert, tone: 'text-text2' },
}

/** One line a point; thousands of them are shown a hundred at a time. */
export function PointTable({ points }: { points: PointLine[] }) {
  const { t } = useTranslation(['attendance', 'common'])
  const [shown, setShown] = useState(STEP)
  const left = points.length - shown
  return (
    <>
      {/* Wider than a phone: the keyboard must be able to scroll it. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div role="region" aria-label={t('points')} tabIndex={0} className="-mx-5 overflow-x-auto outline-offset-[-3px]">
        <table className="w-full min-w-220 border-collapse text-left text-body">
          <thead>
            <tr className="border-b border-line text-text3">
              <th className="px-5 py-2 font-normal">{t('col.state')}</th>
              <th className="px-3 py-2 font-normal">{t('col.point')}</th>
              <th className="px-3 py-2 font-normal">{t('col.person')}</th>
              <th className="px-3 py-2 text-right font-normal">{t('col.people')}</th>
              <th className="px-3 py-2 font-normal">{t('col.in')}</th>
              <th className="px-3 py-2 font-normal">{t('col.out')}</th>
              <th className="px-3 py-2 text-right font-normal">{t('col.present')}</th>
              <th className="px-5 py-2 text-right font-normal">{t('col.spoke')}</th>
            </tr>
          </thead>
          <tbody>
            {points.slice(0, shown).map((point) => (
              <Row key={point.id} point={point} />
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 && (
        <Button className="mt-4" onPress={() => setShown(shown + STEP)}>
          {t('more', { n: integer(left) })}
        </Button>
      )}
    </>
  )
}

function Row({ point }: { point: PointLine }) {
  const { t } = useTranslation('attendance')
  const { icon: Icon, tone } = looks[point.roll]
  const person = point.representative
  return (
    <tr className="h-[35px] border-b border-line last:border-0">
      <td className={cx('px-5 py-1.5 whitespace-nowrap', tone)}>
        <span className="flex items-center gap-2">
          <Icon aria-hidden size={17} strokeWidth={2.25} className="shrink-0" />
          {point.roll === 'late' && point.late_minutes !== null
            ? t('late_by', { count: point.late_minutes })
            : t(`roll.${point.roll}`)}
        </span>
      </td>
      <td className="px-3 py-1.5 font-medium">
        {point.name}
        <span className="block text-small font-normal text-text2">{point.group}</span>
      </td>
      <td className="px-3 py-1.5 text-text2">
        {person !== null && (
          <>
            {[person.name, person.title].filter(Boolean).join(', ')}{' '}
            {person.deputising && <Badge tone="outline">{t('deputy')}</Badge>}
          </>
        )}
        {point.note !== '' && <span className="block text-small">{point.note}</span>}
        {point.by_secretary && <span className="block text-small text-text3">{t('by_secretary')}</span>}
      </td>
      <td className="num px-3 py-1.5 text-right">{point.headcount === null ? '' : integer(point.headcount)}</td>
      <td className="num px-3 py-1.5">{point.first_joined === null ? '' : clock(point.first_joined)}</td>
      <td className="num px-3 py-1.5">{point.last_left === null ? '' : clock(point.last_left)}</td>
      <td className="px-3 py-1.5 text-right">
        <span className="num">{point.present_seconds === 0 ? '' : duration(point.present_seconds)}</span>
        {point.interruptions > 0 && (
          <span className="block text-small text-text3">{t('interruptions', { count: point.interruptions })}</span>
        )}
      </td>
      <td className="num px-5 py-1.5 text-right">{point.spoken_seconds === 0 ? '' : duration(point.spoken_seconds)}</td>
    </tr>
  )
}
