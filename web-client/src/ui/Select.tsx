import { Check, ChevronDown } from 'lucide-react'
import {
  Button as AriaButton,
  ListBox,
  ListBoxItem,
  Popover,
  Select as AriaSelect,
  SelectValue,
} from 'react-aria-components'
import { cx } from './cx'
import { FieldError, FieldHelp, FieldLabel, inputClass } from './field'

export interface Option {
  id: string
  label: string
  note?: string | undefined
}

export interface SelectProps {
  label: string
  options: Option[]
  value: string | null
  onChange: (id: string) => void
  placeholder?: string
  help?: string
  error?: string | undefined
  isDisabled?: boolean
  className?: string
  /** Leaves the label to screen readers only. */
  compact?: boolean
}

export const popoverClass =
  'min-w-(--trigger-width) overflow-auto rounded-ctl border border-line bg-surface p-1 text-text shadow-pop'
export const itemClass =
  'group flex min-h-11 items-center gap-2 rounded-tag px-3 py-1.5 text-body outline-none ' +
  'focused:bg-pri-tint selected:font-semibold disabled:text-text3'

export function Select(props: SelectProps) {
  const { label, options, value, onChange, placeholder, help, error, isDisabled, className, compact } = props
  return (
    <AriaSelect
      validationBehavior="aria"
      value={value}
      onChange={(key) => {
        if (key !== null) onChange(String(key))
      }}
      placeholder={placeholder ?? ''}
      isDisabled={isDisabled ?? false}
      isInvalid={error !== undefined}
      className={cx('block', className)}
      {...(compact ? { 'aria-label': label } : {})}
    >
      {!compact && <FieldLabel>{label}</FieldLabel>}
      <AriaButton className={cx(inputClass, 'flex items-center gap-2 text-left')}>
        <SelectValue className="min-w-0 flex-1 truncate placeholder:text-text3">
          {({ defaultChildren, isPlaceholder, selectedText }) => (isPlaceholder ? defaultChildren : selectedText)}
        </SelectValue>
        <ChevronDown aria-hidden size={18} className="shrink-0" />
      </AriaButton>
      {help !== undefined && <FieldHelp>{help}</FieldHelp>}
      <FieldError>{error}</FieldError>
      <Popover className={popoverClass}>
        <ListBox items={options} className="outline-none">
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={itemClass}>
              <span className="min-w-0 flex-1">
                {option.label}
                {option.note !== undefined && (
                  <span className="block text-small font-normal text-text3">{option.note}</span>
                )}
              </span>
              <Check aria-hidden size={18} className="invisible group-selected:visible" />
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
