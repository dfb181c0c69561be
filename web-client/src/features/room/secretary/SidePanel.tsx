import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { PointRow } from '@/protocol/generated'
import { Tabs } from '@/ui'
import { useWide } from '../parts/useWide'
import { useUnread } from '../parts/unread'
import { ChatPanel } from './ChatPanel'
import { FloorPanel } from './FloorPanel'
import { LobbyPanel } from './LobbyPanel'
import { RollCallPanel } from './RollCallPanel'
import { SharePanel } from './SharePanel'

interface SidePanelProps {
  points: ReadonlyMap<string, PointRow>
  /** The selected row: whom a message goes to. */
  chosen: PointRow | null
}

/** Floor and next, roll call, messages. What waits for a yes comes first. On a small screen the messages are a tab. */
export function SidePanel({ points, chosen }: SidePanelProps) {
  const { t } = useTranslation('room')
  const wide = useWide('100rem')
  const [tab, setTab] = useState('roll')
  const unread = useUnread(wide || tab === 'chat')
  const work = (
    <>
      <LobbyPanel />
      <SharePanel />
      <FloorPanel />
      <RollCallPanel points={points} />
    </>
  )
  return (
    <aside aria-label={t('side.label')} className="desk-side flex min-h-0 flex-col border-l border-line bg-bg">
      {wide ? (
        <>
          <div className="min-h-0 overflow-auto">{work}</div>
          <ChatPanel chosen={chosen} />
        </>
      ) : (
        <Tabs
          label={t('side.label')}
          selected={tab}
          onSelect={setTab}
          className="min-h-0 flex-1 bg-bg"
          items={[
            { id: 'roll', title: t('side.roll'), content: work },
            {
              id: 'chat',
              title: unread > 0 ? t('side.chat_unread', { n: unread }) : t('side.chat'),
              content: <ChatPanel chosen={chosen} />,
            },
          ]}
        />
      )}
    </aside>
  )
}
