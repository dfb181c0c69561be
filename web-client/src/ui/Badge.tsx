import type { ReactNode } from 'react'
import { cx } from './cx'

export type Tone = 'neutral' | 'info' | 'ok' | 'warn' | 'bad' | 'outline'

const tones: Record<Tone, string> = {
  neutral: 'bg-sunken text-text2',
  info: 'bg-pri-tint text-pri',
  ok: 'bg-ok-tint text-ok',
  warn: 'bg-warn-tint text-warn',
  bad: 'bg-bad-tint text-bad',
  outline: 'border border-ctl text-text2',
}

/** A word, never a colour alone. */
export function Badge({ tone = 'neutral', icon, children }: { tone?: Tone; icon?: ReactNode; children: ReactNode }) {
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 whitespace-nowrap rounded-tag px-2 py-0.5 text-small font-semibold',
        tones[tone],
      )}
    >
      {icon}
      {children}
    </span>
  )
}
