import type { ReactNode } from 'react'
import { FieldError as AriaFieldError, Label as AriaLabel, Text } from 'react-aria-components'
import { CircleAlert } from 'lucide-react'

/** Shared parts of all fields: label above, help and error below, same distances everywhere. */
export const inputClass =
  'h-11 w-full rounded-ctl border border-ctl bg-surface px-3 text-body text-text ' +
  'invalid:border-bad disabled:border-line disabled:bg-sunken disabled:text-text3'

export const tallInputClass = inputClass
  .replace('h-11', 'h-14')
  .replace('text-body', 'text-lead')
  .replace('px-3', 'px-4')

export function FieldLabel({ children }: { children: ReactNode }) {
  return <AriaLabel className="mb-1.5 block text-body font-medium text-text">{children}</AriaLabel>
}

export function FieldHelp({ children }: { children: ReactNode }) {
  return (
    <Text slot="description" className="mt-1.5 block text-small text-text3">
      {children}
    </Text>
  )
}

export function FieldError({ children }: { children?: string | undefined }) {
  return (
    <AriaFieldError className="mt-1.5 flex items-start gap-1.5 text-small font-medium text-bad">
      {(validation) => (
        <>
          <CircleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
          <span>{children ?? validation.validationErrors.join(' ')}</span>
        </>
      )}
    </AriaFieldError>
  )
}
