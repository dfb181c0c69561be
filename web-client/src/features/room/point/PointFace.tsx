import { useState } from 'react'
import { myFloor } from '@/meeting'
import { useMeeting, useMicState, useView } from '../context'
import { Chat } from '../parts/Chat'
import { KeyList } from '../parts/KeyList'
import { spaceHeld, useKeys } from '../parts/keys'
import { StateBlock } from '../parts/StateBlock'
import { Hand } from './Hand'
import './point.css'
import { PointBars } from './PointBars'
import { PointStage } from './PointStage'
import { PointTop } from './PointTop'
import { Tools } from './Tools'

const SPEAKING = ['speaking', 'ending', 'over']

/** Can they hear me, and when is it my turn. */
export function PointFace() {
  const meeting = useMeeting()
  const state = useMicState()
  const holding = useView((view) => myFloor(view) !== null)
  const raised = useView((view) => view.floor.queue.some((entry) => entry.label.seat === view.me.label.seat))
  const [chatShown, showChat] = useState(false)
  const [keysShown, showKeys] = useState(false)
  const speaking = SPEAKING.includes(state.kind)

  useKeys({
    space: () => {
      if (!holding) return
      if (speaking && !spaceHeld()) meeting.pauseMic()
      else void meeting.openMic()
    },
    'space-up': () => {
      if (spaceHeld() && holding) meeting.pauseMic()
    },
    h: () => {
      if (!holding) void meeting.command(raised ? { type: 'lower_hand', seat: null } : { type: 'raise_hand' })
    },
    '?': () => showKeys(true),
    escape: () => showChat(false),
  })

  return (
    <main
      id="main"
      className="point bg-bg"
      data-testid="point-face"
      data-speaking={speaking}
      data-invited={state.kind === 'invited'}
    >
      <PointTop chatShown={chatShown} onChat={() => showChat(!chatShown)} />
      <PointStage speaking={speaking} />
      <div className="point-dock">
        <StateBlock />
        <Hand />
        <Tools chatShown={chatShown} onChat={() => showChat(!chatShown)} />
      </div>
      <PointBars />
      <Chat isOpen={chatShown} onClose={() => showChat(false)} />
      <KeyList face="point" isOpen={keysShown} onClose={() => showKeys(false)} />
    </main>
  )
}
