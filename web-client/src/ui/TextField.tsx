import { type ReactNode, useState } from 'react'
import {
  Input,
  TextArea,
  TextField as AriaTextField,
  type TextFieldProps as AriaTextFieldProps,
  Button as AriaButton,
} from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { cx } from './cx'
import { FieldError, FieldHelp, FieldLabel, inputClass, tallInputClass } from './field'

export interface TextFieldProps extends Omit<AriaTextFieldProps, 'children' | 'className'> {
  label: string
  help?: ReactNode
  error?: string | undefined
  placeholder?: string
  className?: string
  tall?: boolean
  rows?: number
}

export function TextField({ label, help, error, placeholder, className, tall, rows, ...props }: TextFieldProps) {
  const input = tall ? tallInputClass : inputClass
  return (
    <AriaTextField
      validationBehavior="aria"
      {...props}
      isInvalid={error !== undefined || (props.isInvalid ?? false)}
      className={cx('block', className)}
    >
      <FieldLabel>{label}</FieldLabel>
      {rows === undefined ? (
        <Input className={input} placeholder={placeholder} />
      ) : (
        <TextArea rows={rows} className={cx(input.replace('h-11', 'min-h-11'), 'py-2')} placeholder={placeholder} />
      )}
      {help !== undefined && <FieldHelp>{help}</FieldHelp>}
      <FieldError>{error}</FieldError>
    </AriaTextField>
  )
}

/** A password that can be shown; pasting and password managers stay allowed (WCAG 3.3.8). */
export function PasswordField({ label, error, className, ...props }: Omit<TextFieldProps, 'rows' | 'help'>) {
  const { t } = useTranslation('common')
  const [shown, setShown] = useState(false)
  return (
    <AriaTextField
      validationBehavior="aria"
      {...props}
      type={shown ? 'text' : 'password'}
      isInvalid={error !== undefined}
      className={cx('block', className)}
    >
      <FieldLabel>{label}</FieldLabel>
      <div className="relative">
        <Input className={cx(tallInputClass, 'pr-20')} />
        <AriaButton
          className="absolute inset-y-1.5 right-1.5 min-w-11 rounded-ctl px-3 text-small font-semibold text-pri hovered:bg-sunken"
          onPress={() => setShown(!shown)}
          aria-pressed={shown}
          aria-label={shown ? t('field.hide_password') : t('field.show_password')}
        >
          {shown ? t('field.hide') : t('field.show')}
        </AriaButton>
      </div>
      <FieldError>{error}</FieldError>
    </AriaTextField>
  )
}
