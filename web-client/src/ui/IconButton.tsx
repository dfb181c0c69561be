import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps, composeRenderProps } from 'react-aria-components'
import { cx } from './cx'

export interface IconButtonProps extends Omit<AriaButtonProps, 'children' | 'aria-label'> {
  /** What it does, in words: an icon alone says nothing to a screen reader. */
  label: string
  icon: ReactNode
  size?: 'dense' | 'office' | 'session'
  variant?: 'outlined' | 'quiet'
}

const sizes = { dense: 'size-7', office: 'size-11', session: 'size-12' }

export function IconButton({ label, icon, size = 'office', variant = 'quiet', className, ...props }: IconButtonProps) {
  return (
    <AriaButton
      {...props}
      aria-label={label}
      className={composeRenderProps(className, (extra) =>
        cx(
          'inline-flex shrink-0 items-center justify-center rounded-ctl text-text transition-colors',
          'hovered:bg-sunken pressed:bg-sunken disabled:text-text3 disabled:cursor-not-allowed',
          variant === 'outlined' && 'border border-ctl bg-surface disabled:border-line',
          sizes[size],
          extra,
        ),
      )}
    >
      {icon}
    </AriaButton>
  )
}
