import { ChevronDown } from 'lucide-react'
import {
  Button as AriaButton,
  ComboBox as AriaComboBox,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
} from 'react-aria-components'
import { cx } from './cx'
import { FieldError, FieldHelp, FieldLabel, inputClass } from './field'
import { itemClass, type Option, popoverClass } from './Select'

export interface ComboBoxProps {
  label: string
  /** Already filtered, usually by the server. */
  options: Option[]
  value: string | null
  inputValue: string
  onInputChange: (text: string) => void
  onChange: (id: string | null) => void
  placeholder?: string
  emptyText: string
  help?: string
  error?: string | undefined
  isDisabled?: boolean
  className?: string
}

/** Search in a list that the caller fetches: what is typed goes out, options come in. */
export function ComboBox(props: ComboBoxProps) {
  const { label, options, value, inputValue, onInputChange, onChange, placeholder, emptyText, help, error } = props
  return (
    <AriaComboBox
      validationBehavior="aria"
      items={options}
      value={value}
      inputValue={inputValue}
      onInputChange={onInputChange}
      onChange={(key) => onChange(key === null ? null : String(key))}
      isInvalid={error !== undefined}
      isDisabled={props.isDisabled ?? false}
      allowsEmptyCollection
      menuTrigger="focus"
      defaultFilter={() => true}
      className={cx('block', props.className)}
    >
      <FieldLabel>{label}</FieldLabel>
      <div className="relative">
        <Input className={cx(inputClass, 'pr-11')} placeholder={placeholder} />
        <AriaButton className="absolute inset-y-0 right-0 flex w-11 items-center justify-center rounded-ctl text-text2">
          <ChevronDown aria-hidden size={18} />
        </AriaButton>
      </div>
      {help !== undefined && <FieldHelp>{help}</FieldHelp>}
      <FieldError>{error}</FieldError>
      <Popover className={cx(popoverClass, 'max-h-80')}>
        <ListBox
          className="outline-none"
          renderEmptyState={() => <p className="px-3 py-2 text-body text-text2">{emptyText}</p>}
        >
          {(option: Option) => (
            <ListBoxItem id={option.id} textValue={option.label} className={itemClass}>
              <span>
                {option.label}
                {option.note !== undefined && (
                  <span className="block text-small font-normal text-text3">{option.note}</span>
                )}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  )
}
