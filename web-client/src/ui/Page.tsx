import type { ReactNode } from 'react'
import { cx } from './cx'

/** The frame of an office page: heading on the left, its actions on the right. */
export function Page({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <main id="main" className={cx('mx-auto w-full max-w-[1366px] flex-1 p-4 tablet:px-6 tablet:py-5', className)}>
      {children}
    </main>
  )
}

export function PageHeading({ title, note, actions }: { title: ReactNode; note?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="mb-5 flex flex-wrap items-start gap-x-4 gap-y-3">
      <div className="min-w-0 flex-1 basis-72">
        <h1 className="text-title2 font-semibold tracking-[-0.01em]">{title}</h1>
        {note !== undefined && <div className="mt-1 text-body text-text2">{note}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2.5">{actions}</div>}
    </div>
  )
}

export function Card({
  title,
  actions,
  children,
  className,
}: {
  title?: ReactNode
  actions?: ReactNode
  children: ReactNode
  className?: string
}) {
  return (
    <section className={cx('rounded-ctl border border-line bg-surface p-5', className)}>
      {title !== undefined && (
        <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          <h2 className="flex-1 text-place font-semibold">{title}</h2>
          {actions}
        </div>
      )}
      {children}
    </section>
  )
}
