import { useTranslation } from 'react-i18next'
import { Button as AriaButton } from 'react-aria-components'
import type { UnitLine } from '@/api/attendance'
import { integer } from '@/lib/time'
import { cx } from '@/ui'

export interface UnitTableProps {
  units: UnitLine[]
  selected: string | null
  onSelect: (name: string) => void
}

/** The roll-up: one line a unit; pressing its name shows only its points. */
export function UnitTable({ units, selected, onSelect }: UnitTableProps) {
  const { t } = useTranslation('attendance')
  const number = 'num px-3 py-1 text-right'
  return (
    <div className="-mx-5 overflow-x-auto">
      <table className="w-full min-w-160 border-collapse text-body">
        <thead>
          <tr className="border-b border-line text-right text-text3">
            <th className="px-5 py-2 text-left font-normal">{t('col.unit')}</th>
            <th className="px-3 py-2 text-left font-normal">{t('col.share')}</th>
            <th className="px-3 py-2 font-normal">{t('stat.late')}</th>
            <th className="px-3 py-2 font-normal">{t('stat.deputised')}</th>
            <th className="px-3 py-2 font-normal">{t('stat.excused')}</th>
            <th className="px-3 py-2 font-normal">{t('stat.absent')}</th>
            <th className="px-5 py-2 font-normal">{t('stat.headcount')}</th>
          </tr>
        </thead>
        <tbody>
          {units.map((unit) => (
            <tr
              key={unit.code}
              className={cx('border-b border-line last:border-0', selected === unit.name && 'bg-pri-tint')}
            >
              <th scope="row" className="px-2 py-0.5 text-left font-medium">
                <AriaButton
                  aria-pressed={selected === unit.name}
                  onPress={() => onSelect(unit.name)}
                  className="min-h-9 rounded-tag px-3 text-left underline-offset-4 hovered:underline"
                >
                  {unit.name}
                </AriaButton>
              </th>
              <td className="px-3 py-1">
                <span className="flex items-center gap-3">
                  <span className="num w-20 whitespace-nowrap">
                    {integer(unit.present)}/{integer(unit.invited)}
                  </span>
                  <Bar unit={unit} />
                </span>
              </td>
              <td className={cx(number, unit.late > 0 && 'text-warn')}>{integer(unit.late)}</td>
              <td className={number}>{integer(unit.deputised)}</td>
              <td className={number}>{integer(unit.excused)}</td>
              <td className={cx(number, unit.absent > 0 && 'text-bad')}>{integer(unit.absent)}</td>
              <td className="num px-5 py-1 text-right">{integer(unit.headcount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Present in time, late, absent: the words beside it say the same. */
function Bar({ unit }: { unit: UnitLine }) {
  const share = (n: number) => `${(100 * n) / Math.max(1, unit.invited)}%`
  return (
    <span aria-hidden className="flex h-2 w-37 overflow-hidden rounded-tag bg-sunken">
      <span className="bg-cell-ok" style={{ width: share(unit.present - unit.late) }} />
      <span className="bg-cell-warn" style={{ width: share(unit.late) }} />
      <span className="ml-auto bg-cell-bad" style={{ width: share(unit.absent) }} />
    </span>
  )
}
