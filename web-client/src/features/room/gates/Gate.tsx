import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Mark } from '@/ui'
import { useSnapshot } from '../context'

export interface GateProps {
  icon: LucideIcon
  title: string
  text: string
  testId: string
  children?: ReactNode
}

/** A page with one sentence: before the room, and after it. */
export function Gate({ icon: Icon, title, text, testId, children }: GateProps) {
  const briefing = useSnapshot(({ view }) => view?.briefing.title ?? null)
  return (
    <main id="main" className="flex min-h-dvh flex-col bg-bg text-text" data-testid={testId}>
      <p className="flex min-h-14 items-center gap-3.5 border-b border-line px-4 text-lead font-semibold">
        <Mark className="size-8" />
        {briefing}
      </p>
      <div className="mx-auto flex w-full max-w-2xl flex-1 flex-col justify-center gap-6 px-4 pb-24">
        <section className="flex items-center gap-6 rounded-block border-2 border-line bg-surface px-7 py-6" data-block>
          <Icon aria-hidden className="size-12 shrink-0" strokeWidth={2} />
          <div className="min-w-0" role="status" aria-live="polite">
            <h1 className="text-title2 leading-tight font-semibold tablet:text-title1">{title}</h1>
            {text !== '' && <p className="mt-1 text-place text-text2">{text}</p>}
          </div>
        </section>
        {children}
      </div>
    </main>
  )
}
