import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  CheckboxButton,
  CheckboxField,
  Label,
  RadioButton,
  RadioField,
  RadioGroup as AriaRadioGroup,
  Text,
} from 'react-aria-components'
import { cx } from './cx'

export interface CheckboxProps {
  children: ReactNode
  note?: ReactNode
  isSelected: boolean
  onChange: (selected: boolean) => void
  isDisabled?: boolean
  className?: string
}

export function Checkbox({ children, note, isSelected, onChange, isDisabled, className }: CheckboxProps) {
  return (
    <CheckboxField
      isSelected={isSelected}
      onChange={onChange}
      isDisabled={isDisabled ?? false}
      className={cx('block', className)}
    >
      <CheckboxButton className="group flex min-h-11 items-start gap-3 py-2 disabled:text-text3">
        <span className="mt-px flex size-5.5 shrink-0 items-center justify-center rounded-tag border-2 border-ctl bg-surface group-selected:border-pri group-selected:bg-pri">
          <Check aria-hidden size={16} strokeWidth={3} className="invisible text-white group-selected:visible" />
        </span>
        <span className="text-body font-medium">{children}</span>
      </CheckboxButton>
      {note !== undefined && (
        <Text slot="description" className="-mt-1 block pl-8.5 text-small text-text2">
          {note}
        </Text>
      )}
    </CheckboxField>
  )
}

export interface RadioOption<T extends string> {
  id: T
  label: string
}

export interface RadioGroupProps<T extends string> {
  label: string
  options: RadioOption<T>[]
  value: T
  onChange: (value: T) => void
}

export function RadioGroup<T extends string>({ label, options, value, onChange }: RadioGroupProps<T>) {
  return (
    <AriaRadioGroup value={value} onChange={(next) => onChange(next as T)}>
      <Label className="text-body font-medium">{label}</Label>
      {options.map((option) => (
        <RadioField key={option.id} value={option.id}>
          <RadioButton className="group flex min-h-11 items-center gap-3 text-body">
            <span className="flex size-5.5 items-center justify-center rounded-full border-2 border-ctl bg-surface group-selected:border-pri">
              <span className="size-2.5 rounded-full group-selected:bg-pri" />
            </span>
            {option.label}
          </RadioButton>
        </RadioField>
      ))}
    </AriaRadioGroup>
  )
}
