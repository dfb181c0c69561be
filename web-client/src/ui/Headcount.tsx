import { Minus, Plus } from 'lucide-react'
import { Button as AriaButton, Group, Input, NumberField as AriaNumberField } from 'react-aria-components'
import { cx } from './cx'
import { FieldError, FieldHelp, FieldLabel } from './field'

export interface NumberFieldProps {
  label: string
  value: number
  onChange: (value: number) => void
  min?: number
  max?: number
  step?: number
  /** Leaves the label to screen readers only. */
  compact?: boolean
  /** Room for six digits and more. */
  wide?: boolean
  help?: string
  error?: string | undefined
  isDisabled?: boolean
  className?: string
}

const stepper =
  'flex w-13 items-center justify-center text-text hovered:bg-sunken pressed:bg-sunken disabled:text-text3 first:rounded-l-ctl last:rounded-r-ctl'

/** A whole number with two 52×48 steppers; typing works too. */
export function NumberField(props: NumberFieldProps) {
  const { label, value, onChange, min = 0, max, step = 1, compact, wide, help, error, isDisabled, className } = props
  return (
    <AriaNumberField
      validationBehavior="aria"
      value={value}
      onChange={(next) => {
        if (Number.isFinite(next)) onChange(next)
      }}
      minValue={min}
      {...(max === undefined ? {} : { maxValue: max })}
      step={step}
      isInvalid={error !== undefined}
      isDisabled={isDisabled ?? false}
      formatOptions={{ maximumFractionDigits: 0 }}
      className={cx('block', className)}
      {...(compact ? { 'aria-label': label } : {})}
    >
      {!compact && <FieldLabel>{label}</FieldLabel>}
      <Group className="inline-flex h-12 rounded-ctl border border-ctl bg-surface invalid:border-bad">
        <AriaButton slot="decrement" className={stepper}>
          <Minus aria-hidden size={18} strokeWidth={2.5} />
        </AriaButton>
        <Input
          className={cx(
            'num border-x border-line bg-transparent text-center text-title3 font-semibold text-text',
            wide ? 'w-32' : 'w-15',
          )}
        />
        <AriaButton slot="increment" className={stepper}>
          <Plus aria-hidden size={18} strokeWidth={2.5} />
        </AriaButton>
      </Group>
      {help !== undefined && <FieldHelp>{help}</FieldHelp>}
      <FieldError>{error}</FieldError>
    </AriaNumberField>
  )
}

/** People in the room, 1 to 999. */
export function Headcount(props: Omit<NumberFieldProps, 'min' | 'max' | 'step'>) {
  return <NumberField {...props} min={0} max={999} />
}
