import {
  LogOut,
  MessageSquare,
  MonitorUp,
  MonitorX,
  Users,
  Video as VideoIcon,
  VideoOff,
  type LucideIcon,
} from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, cx, Dialog, Headcount } from '@/ui'
import { useMedia, useMeeting, useView } from '../context'
import { useUnread } from '../parts/unread'

/** People in the room, own picture, sharing, messages, leaving. */
export function Tools({ chatShown, onChat }: { chatShown: boolean; onChat: () => void }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const headcount = useView((view) => view.me.headcount)
  const cameraOn = useMedia((media) => media.cameraOn && !media.cameraReduced)
  const unread = useUnread(chatShown)
  const [counting, count] = useState(false)
  const [leaving, leave] = useState(false)
  return (
    <div className="point-tools" role="toolbar" aria-label={t('tools.label')}>
      <Tool icon={Users} testId="headcount" onPress={() => count(true)}>
        {headcount === null ? t('tools.headcount_unknown') : t('tools.headcount', { n: headcount })}
      </Tool>
      <Tool
        icon={cameraOn ? VideoIcon : VideoOff}
        testId="camera"
        only="phone"
        pressed={cameraOn}
        onPress={() => meeting.setCamera(!cameraOn)}
      >
        {t(cameraOn ? 'tools.camera' : 'tools.camera_off')}
      </Tool>
      <ShareTool />
      <Tool icon={MessageSquare} testId="chat" only="phone" pressed={chatShown} onPress={onChat}>
        {unread > 0 ? t('tools.chat_unread', { n: unread }) : t('tools.chat')}
      </Tool>
      <Tool icon={LogOut} testId="leave" onPress={() => leave(true)}>
        {t('tools.leave')}
      </Tool>
      {counting && <HeadcountDialog current={headcount ?? 1} onClose={() => count(false)} />}
      <Dialog
        title={t('leave.title')}
        isOpen={leaving}
        onClose={() => leave(false)}
        actions={
          <>
            <Button variant="primary" data-testid="leave-confirm" onPress={() => void meeting.leave()}>
              {t('leave.yes')}
            </Button>
            <Button onPress={() => leave(false)}>{t('leave.no')}</Button>
          </>
        }
      >
        <p className="text-lead">{t('leave.text')}</p>
      </Dialog>
    </div>
  )
}

/** Choose what to show, wait for the secretary's word, show it; one button for the three. */
function ShareTool() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const state = useView((view) => view.me.share)
  const share = useMedia((media) => media.share)
  const possible = 'mediaDevices' in navigator && 'getDisplayMedia' in navigator.mediaDevices
  if (!possible) return null
  if (share === 'none')
    return (
      <Tool icon={MonitorUp} testId="share" only="desk" onPress={() => void meeting.requestShare()}>
        {t(state === 'denied' ? 'share.denied' : 'share.start')}
      </Tool>
    )
  return (
    <Tool icon={MonitorX} testId="share" only="desk" pressed onPress={() => meeting.stopShare()}>
      {t(share === 'sending' ? 'share.stop' : 'share.waiting')}
    </Tool>
  )
}

function HeadcountDialog({ current, onClose }: { current: number; onClose: () => void }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const [count, setCount] = useState(current)
  return (
    <Dialog
      title={t('headcount.title')}
      isOpen
      onClose={onClose}
      actions={
        <Button
          variant="primary"
          data-testid="headcount-save"
          onPress={() => {
            void meeting.command({ type: 'set_headcount', count })
            onClose()
          }}
        >
          {t('headcount.save')}
        </Button>
      }
    >
      <Headcount label={t('headcount.label')} value={count} onChange={setCount} />
    </Dialog>
  )
}

interface ToolProps {
  icon: LucideIcon
  testId: string
  /** Shown only where the other has another place for it. */
  only?: 'phone' | 'desk'
  children: string
  pressed?: boolean
  onPress: () => void
}

function Tool({ icon: Icon, testId, only, children, pressed, onPress }: ToolProps) {
  return (
    <button
      type="button"
      data-testid={only === 'phone' ? `${testId}-phone` : testId}
      data-only={only}
      aria-pressed={pressed}
      onClick={onPress}
      className={cx(
        'flex min-w-0 flex-col items-center justify-center gap-1.5 rounded-block bg-surface px-1 py-2 text-small leading-tight font-semibold',
      )}
    >
      <Icon aria-hidden size={26} strokeWidth={2} className="shrink-0" />
      <span className="text-balance">{children}</span>
    </button>
  )
}
