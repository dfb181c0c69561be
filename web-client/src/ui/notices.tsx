import { X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from './Button'
import { IconButton } from './IconButton'

/** A toast: only for what can be undone, or for an outcome that has no place of its own on the page. */
export interface Notice {
  text: string
  action?: { label: string; run: () => void }
  /** Milliseconds it stays; 5 s by default. */
  stays?: number
}

type Shown = Notice & { id: number }

let notices: readonly Shown[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: readonly Shown[]) {
  notices = next
  listeners.forEach((listener) => listener())
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Shows a notice and returns how to take it away early. */
export function notify(notice: Notice): () => void {
  const id = ++lastId
  set([...notices.slice(-2), { ...notice, id }])
  const remove = () => set(notices.filter((n) => n.id !== id))
  window.setTimeout(remove, notice.stays ?? 5000)
  return remove
}

/** Rendered once, at the root. */
export function NoticeRegion() {
  const { t } = useTranslation('common')
  const shown = useSyncExternalStore(subscribe, () => notices)
  return (
    <section
      aria-label={t('notice.region')}
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-60 flex flex-col items-center gap-2 px-4"
    >
      {shown.map((notice) => (
        <div
          key={notice.id}
          data-theme="dark"
          className="pointer-events-auto flex min-h-12 max-w-xl items-center gap-3 rounded-ctl bg-surface py-1 pr-1 pl-4 text-body shadow-pop"
        >
          <span className="flex-1 py-2">{notice.text}</span>
          {notice.action !== undefined && (
            <Button
              variant="quiet"
              className="hovered:bg-raised underline underline-offset-4"
              onPress={() => {
                notice.action?.run()
                set(notices.filter((n) => n.id !== notice.id))
              }}
            >
              {notice.action.label}
            </Button>
          )}
          <IconButton
            label={t('action.close')}
            icon={<X aria-hidden size={18} />}
            className="hovered:bg-raised"
            onPress={() => set(notices.filter((n) => n.id !== notice.id))}
          />
        </div>
      ))}
    </section>
  )
}
