import { type ReactNode, useEffect, useState } from 'react'
import { CircleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { problemCode, problemText } from '@/api/problem'
import { Button } from './Button'
import { cx } from './cx'

/** One sentence and one action. */
export function EmptyState({
  children,
  action,
  className,
}: {
  children: ReactNode
  action?: ReactNode
  className?: string
}) {
  return (
    <div className={cx('flex flex-col items-start gap-4 px-6 py-8 text-lead text-text2', className)}>
      <p>{children}</p>
      {action}
    </div>
  )
}

export interface ErrorStateProps {
  /** What failed: a whole sentence. */
  title: string
  error: unknown
  /** What still works, if anything. */
  still?: string
  onRetry?: () => void
  className?: string
}

/** What failed, what still works, what to do; the code in small text for support. */
export function ErrorState({ title, error, still, onRetry, className }: ErrorStateProps) {
  const { t } = useTranslation('common')
  return (
    <div role="alert" className={cx('flex flex-col items-start gap-3 rounded-block bg-bad-tint p-5', className)}>
      <p className="flex items-start gap-2 text-lead font-semibold text-bad">
        <CircleAlert aria-hidden size={20} className="mt-0.5 shrink-0" />
        {title}
      </p>
      <p className="text-body text-text">{problemText(error, t)}</p>
      {still !== undefined && <p className="text-body text-text2">{still}</p>}
      {onRetry !== undefined && <Button onPress={onRetry}>{t('action.retry')}</Button>}
      <p className="num text-meta text-text3">{t('error.code', { code: problemCode(error) })}</p>
    </div>
  )
}

/** Grey bars after 300 ms, so that a fast answer never flashes; announced once. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  const { t } = useTranslation('common')
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), 300)
    return () => window.clearTimeout(timer)
  }, [])
  return (
    <div role="status" className={cx('flex flex-col gap-3', className)}>
      <span className="sr-only">{t('state.loading')}</span>
      {shown &&
        Array.from({ length: lines }, (_, i) => (
          <span key={i} aria-hidden className={cx('h-4 rounded-tag bg-sunken', ['w-11/12', 'w-3/4', 'w-5/6'][i % 3])} />
        ))}
    </div>
  )
}
