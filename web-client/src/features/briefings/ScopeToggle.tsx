import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'
import { useTranslation } from 'react-i18next'

const item =
  'min-h-11 px-4 text-body font-medium text-text outline-offset-[-3px] hovered:bg-sunken selected:bg-pri-tint selected:font-semibold ' +
  'border-l border-line first:border-l-0 first:rounded-l-ctl last:rounded-r-ctl'

/** Only what I attend, or everything of my unit. */
export function ScopeToggle({ mine, onChange }: { mine: boolean; onChange: (mine: boolean) => void }) {
  const { t } = useTranslation('briefings')
  return (
    <ToggleButtonGroup
      aria-label={t('whose')}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[mine ? 'mine' : 'all']}
      onSelectionChange={(keys) => onChange(keys.has('mine'))}
      className="flex rounded-ctl border border-ctl bg-surface"
    >
      <ToggleButton id="mine" className={item}>
        {t('mine')}
      </ToggleButton>
      <ToggleButton id="all" className={item}>
        {t('all')}
      </ToggleButton>
    </ToggleButtonGroup>
  )
}
