import { useSyncExternalStore } from 'react'

/** Whether the window is at least this wide, as a CSS length. */
export function useWide(width: string): boolean {
  const query = `(width >= ${width})`
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query)
      media.addEventListener('change', changed)
      return () => media.removeEventListener('change', changed)
    },
    () => window.matchMedia(query).matches,
  )
}
