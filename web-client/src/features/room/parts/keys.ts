import { useEffect, useRef } from 'react'

const SWITCH = 'giaoban.keys'

/** Single-letter keys can be turned off (WCAG 2.1.4); remembered on this PC. */
export function lettersOn(): boolean {
  return localStorage.getItem(SWITCH) !== 'off'
}

export function setLetters(on: boolean): void {
  localStorage.setItem(SWITCH, on ? 'on' : 'off')
}

const HOLD = 'giaoban.space'

/** Whether Space must be held to speak, or switches. */
export function spaceHeld(): boolean {
  return localStorage.getItem(HOLD) === 'hold'
}

export function setSpaceHeld(held: boolean): void {
  localStorage.setItem(HOLD, held ? 'hold' : 'toggle')
}

/** Actions by `KeyboardEvent.key` in lower case; `up` of Space is `space-up`. */
export type KeyMap = Partial<Record<string, () => void>>

const WRITING = 'input, textarea, select, [contenteditable], [role="textbox"], [role="combobox"]'
const PRESSABLE =
  'button, a, summary, [role="button"], [role="tab"], [role="row"], [role="option"], [role="menuitem"], input'

/** What a key press asks for, or null when it belongs to a text field, an input method or a control. */
export function keyAsked(event: KeyboardEvent): string | null {
  if (event.isComposing || event.key === 'Process' || event.ctrlKey || event.altKey || event.metaKey) return null
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest(WRITING)) return null
  if (document.querySelector('[role="dialog"], [role="alertdialog"]')) return null
  const key = event.key.toLowerCase()
  if ((key === ' ' || key.startsWith('arrow')) && target?.closest(PRESSABLE)) return null
  if (key === ' ') return 'space'
  if (key.length === 1 && key !== '?' && !lettersOn()) return null
  return key
}

/** Listens for single keys while a face is shown. */
export function useKeys(map: KeyMap): void {
  const current = useRef(map)
  useEffect(() => {
    current.current = map
  })
  useEffect(() => {
    let spaceDown = false
    const down = (event: KeyboardEvent) => {
      if (event.repeat) return
      const asked = keyAsked(event)
      const act = asked === null ? undefined : current.current[asked]
      if (!act) return
      event.preventDefault()
      if (asked === 'space') spaceDown = true
      act()
    }
    const up = (event: KeyboardEvent) => {
      if (event.key !== ' ' || !spaceDown) return
      spaceDown = false
      current.current['space-up']?.()
    }
    window.addEventListener('keydown', down)
    window.addEventListener('keyup', up)
    return () => {
      window.removeEventListener('keydown', down)
      window.removeEventListener('keyup', up)
    }
  }, [])
}
