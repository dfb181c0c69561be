import { useLayoutEffect } from 'react'

export type Theme = 'light' | 'dark'

/** The whole page in one theme while the caller is mounted; light afterwards. Dark is for live video. */
export function useTheme(theme: Theme): void {
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme
    return () => {
      document.documentElement.dataset.theme = 'light'
    }
  }, [theme])
}
