import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { notify } from '@/ui'
import { presides } from '@/meeting'
import { useMeeting, useView } from '../context'
import { inviting } from '../parts/inviting'
import { KeyList } from '../parts/KeyList'
import { spaceHeld, useKeys } from '../parts/keys'
import { useMuteUndo } from '../parts/useMuteUndo'
import { AgendaBand } from './AgendaBand'
import './chair.css'
import { ChairDock } from './ChairDock'
import { ChairStage } from './ChairStage'

/** Who speaks next, and how long is left. Nothing else is here. */
export function ChairFace() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const queue = useView((view) => view.floor.queue)
  const micOn = useView((view) => view.floor.chair_mic)
  const own = useView(presides)
  const mayGrant = useView((view) => view.me.may_grant)
  const [keysShown, showKeys] = useState(false)
  const [searching, search] = useState(false)
  const arrowAt = useRef(0)
  useMuteUndo()

  useKeys({
    ...Object.fromEntries(
      queue
        .slice(0, 9)
        .map((entry, index) => [
          String(index + 1),
          () => void meeting.command(inviting(entry.label.seat, mayGrant)),
        ]),
    ),
    space: () => {
      if (own) void meeting.setChairMic(spaceHeld() || !micOn)
    },
    'space-up': () => {
      if (own && spaceHeld()) void meeting.setChairMic(false)
    },
    m: () => void meeting.command({ type: 'mute_all' }),
    arrowright: () => {
      // Twice within a second: one slip of the finger must not end an item.
      if (Date.now() - arrowAt.current < 1_000) void meeting.command({ type: 'next_item' })
      else notify({ text: t('chair.arrow_again'), stays: 1_500 })
      arrowAt.current = Date.now()
    },
    '/': () => search(true),
    '?': () => showKeys(true),
  })

  return (
    <main id="main" className="wall bg-bg" data-testid="chair-face">
      <AgendaBand />
      <ChairStage searching={searching} onSearch={search} />
      <ChairDock />
      <KeyList face="chair" isOpen={keysShown} onClose={() => showKeys(false)} />
    </main>
  )
}
