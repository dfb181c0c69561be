import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Button as AriaButton } from 'react-aria-components'
import { buttonClass, type ButtonSize, type ButtonVariant } from './Button'
import { armByKey, HOLD_MS, KEY_WINDOW_MS } from './hold'
import { cx } from './cx'

export interface HoldButtonProps {
  children: ReactNode
  /** Shown while it is held, and after a first press by keyboard. */
  holdingText: string
  againText: string
  icon?: ReactNode
  variant?: ButtonVariant
  size?: ButtonSize
  isDisabled?: boolean
  className?: string
  onConfirm: () => void
}

/**
 * For the one press that can hurt: hold for 1.2 s with a pointer, or press Enter twice.
 * A bar grows while it is held, so the person sees that letting go cancels.
 */
export function HoldButton(props: HoldButtonProps) {
  const { children, holdingText, againText, icon, variant = 'danger', size = 'office', isDisabled, className } = props
  const [phase, setPhase] = useState<'idle' | 'holding' | 'armed'>('idle')
  const timer = useRef<number | undefined>(undefined)
  const armedAt = useRef<number | null>(null)

  useEffect(() => () => window.clearTimeout(timer.current), [])

  const after = (ms: number, act: () => void) => {
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(act, ms)
  }

  return (
    <AriaButton
      isDisabled={isDisabled ?? false}
      onPressStart={(event) => {
        if (event.pointerType === 'keyboard' || event.pointerType === 'virtual') return
        setPhase('holding')
        after(HOLD_MS, () => {
          setPhase('idle')
          props.onConfirm()
        })
      }}
      onPressEnd={(event) => {
        if (event.pointerType === 'keyboard' || event.pointerType === 'virtual') return
        window.clearTimeout(timer.current)
        setPhase('idle')
      }}
      onPress={(event) => {
        if (event.pointerType !== 'keyboard' && event.pointerType !== 'virtual') return
        const next = armByKey(armedAt.current, Date.now())
        armedAt.current = next.armedAt
        if (next.confirmed) {
          setPhase('idle')
          window.clearTimeout(timer.current)
          props.onConfirm()
          return
        }
        setPhase('armed')
        after(KEY_WINDOW_MS, () => {
          armedAt.current = null
          setPhase('idle')
        })
      }}
      className={buttonClass(variant, size, cx('relative overflow-hidden', className))}
    >
      <span
        aria-hidden
        className={cx(
          'absolute inset-y-0 left-0 bg-current opacity-20',
          phase === 'holding' ? 'w-full transition-[width] duration-[1200ms] ease-linear' : 'w-0',
        )}
      />
      {icon}
      <span aria-live="assertive">{phase === 'idle' ? children : phase === 'holding' ? holdingText : againText}</span>
    </AriaButton>
  )
}
