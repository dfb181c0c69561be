import { Check, Plus } from 'lucide-react'
import { Button as AriaButton } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import type { Unit } from '@/api/types'
import { cx } from '@/ui'
import type { Pick } from './form'
import { type Parents, standing, toggleSubtree, toggleUnit } from './picks'

export interface PickButtonsProps {
  unit: Unit
  within: string
  picks: Pick[]
  parents: Parents
  onPicks: (picks: Pick[]) => void
}

const button =
  'inline-flex min-h-9 items-center gap-1.5 rounded-ctl border px-2.5 text-small font-medium whitespace-nowrap'
const off = 'border-ctl bg-surface hovered:bg-sunken'
const on = 'border-pri bg-pri-tint font-semibold text-pri'

/** "This unit" and "the whole province": one press each. */
export function PickButtons({ unit, within, picks, parents, onPicks }: PickButtonsProps) {
  const { t } = useTranslation('planning')
  const now = standing(unit.code, picks, parents)
  if (now === 'covered') {
    return (
      <span className="flex items-center gap-1.5 px-2.5 text-small text-text2">
        <Check aria-hidden size={16} /> {t('pick_covered')}
      </span>
    )
  }
  return (
    <span className="flex flex-wrap justify-end gap-1.5">
      {now !== 'subtree' && (
        <AriaButton
          className={cx(button, now === 'unit' ? on : off)}
          aria-pressed={now === 'unit'}
          onPress={() => onPicks(toggleUnit(unit, within, picks, parents))}
        >
          {mark(now === 'unit')} {unit.has_children ? t('pick_unit') : t('pick')}
          <span className="sr-only">: {unit.name}</span>
        </AriaButton>
      )}
      {unit.has_children && (
        <AriaButton
          className={cx(button, now === 'subtree' ? on : off)}
          aria-pressed={now === 'subtree'}
          onPress={() => onPicks(toggleSubtree(unit, within, picks, parents))}
        >
          {mark(now === 'subtree')} {t(`pick_subtree.${unit.tier}`)}
          <span className="sr-only">: {unit.name}</span>
        </AriaButton>
      )}
    </span>
  )
}

function mark(picked: boolean) {
  return picked ? <Check aria-hidden size={16} /> : <Plus aria-hidden size={16} />
}
