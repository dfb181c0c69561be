import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps, composeRenderProps } from 'react-aria-components'
import { cx } from './cx'

export type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'gold' | 'danger'
/** office 44 px, session 48 px, wall 80 px, dense 28 px (tables only). */
export type ButtonSize = 'office' | 'session' | 'wall' | 'dense'

const base =
  'inline-flex items-center justify-center gap-2 rounded-ctl font-semibold text-center select-none transition-colors ' +
  'disabled:cursor-not-allowed'

const variants: Record<ButtonVariant, string> = {
  primary:
    'bg-action text-on-action hovered:bg-action-strong pressed:bg-action-strong disabled:bg-sunken disabled:text-text3',
  secondary:
    'border border-ctl bg-surface text-text hovered:bg-sunken pressed:bg-sunken disabled:border-line disabled:text-text3',
  quiet: 'text-text hovered:bg-sunken pressed:bg-sunken disabled:text-text3',
  gold: 'bg-gold text-on-gold hovered:brightness-105 pressed:brightness-95 disabled:bg-raised disabled:text-text3',
  danger: 'border-2 border-bad bg-transparent text-bad hovered:bg-bad-tint pressed:bg-bad-tint disabled:opacity-60',
}

const sizes: Record<ButtonSize, string> = {
  dense: 'min-h-7 px-2.5 text-small',
  office: 'min-h-11 px-4 py-1.5 text-body',
  session: 'min-h-12 px-5 py-2 text-lead',
  wall: 'min-h-20 px-8 py-3 text-title2',
}

export function buttonClass(variant: ButtonVariant = 'secondary', size: ButtonSize = 'office', extra?: string): string {
  return cx(base, variants[variant], sizes[size], extra)
}

export interface ButtonProps extends Omit<AriaButtonProps, 'children'> {
  variant?: ButtonVariant
  size?: ButtonSize
  icon?: ReactNode
  children?: ReactNode
}

export function Button({ variant = 'secondary', size = 'office', icon, children, className, ...props }: ButtonProps) {
  return (
    <AriaButton {...props} className={composeRenderProps(className, (extra) => buttonClass(variant, size, extra))}>
      {icon}
      {children}
    </AriaButton>
  )
}
