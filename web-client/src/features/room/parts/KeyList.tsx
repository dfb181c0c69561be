import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Dialog } from '@/ui'
import { lettersOn, setLetters, setSpaceHeld, spaceHeld } from './keys'

export type Face = 'point' | 'chair' | 'secretary'

type Meaning =
  'mic' | 'hand' | 'help' | 'close' | 'invite' | 'mute_all' | 'next_item' | 'search' | 'exceptions' | 'board' | 'group'

const keys: Record<Face, [string, Meaning][]> = {
  point: [
    ['Space', 'mic'],
    ['H', 'hand'],
    ['?', 'help'],
    ['Esc', 'close'],
  ],
  chair: [
    ['Space', 'mic'],
    ['1–9', 'invite'],
    ['M', 'mute_all'],
    ['→ →', 'next_item'],
    ['/', 'search'],
    ['?', 'help'],
    ['Esc', 'close'],
  ],
  secretary: [
    ['Space', 'mic'],
    ['N / P', 'exceptions'],
    ['↑ ↓ ← → Enter', 'board'],
    ['M', 'mute_all'],
    ['/', 'search'],
    ['G', 'group'],
    ['?', 'help'],
    ['Esc', 'close'],
  ],
}

/** The list of keys of a face, and the switches for those whom single keys disturb. */
export function KeyList({ face, isOpen, onClose }: { face: Face; isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation('room')
  const [letters, changeLetters] = useState(lettersOn)
  const [held, changeHeld] = useState(spaceHeld)
  return (
    <Dialog title={t('keys.title')} isOpen={isOpen} onClose={onClose}>
      <dl className="grid grid-cols-[auto_1fr] items-baseline gap-x-5 gap-y-2 text-body">
        {keys[face].map(([key, meaning]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded-tag border border-ctl px-2 py-0.5 text-small whitespace-nowrap">{key}</kbd>
            </dt>
            <dd>{t(`keys.${meaning}`)}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 grid gap-3 border-t border-line pt-4">
        <Check
          selected={letters}
          onChange={(on) => {
            setLetters(on)
            changeLetters(on)
          }}
        >
          {t('keys.letters')}
        </Check>
        <Check
          selected={held}
          onChange={(on) => {
            setSpaceHeld(on)
            changeHeld(on)
          }}
        >
          {t('keys.hold')}
        </Check>
      </div>
    </Dialog>
  )
}

function Check({
  selected,
  onChange,
  children,
}: {
  selected: boolean
  onChange: (on: boolean) => void
  children: string
}) {
  return (
    <label className="flex min-h-11 items-center gap-3 text-body">
      <input
        type="checkbox"
        checked={selected}
        onChange={(event) => onChange(event.target.checked)}
        className="size-5 accent-action"
      />
      {children}
    </label>
  )
}
