import {
  ArrowRight,
  Coffee,
  Ellipsis,
  LogOut,
  Mic,
  MicOff,
  OctagonX,
  Play,
  UserCheck,
  VolumeX,
  type LucideIcon,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import type { Phase } from '@/protocol/generated'
import { cx, HoldButton } from '@/ui'
import { presides } from '@/meeting'
import { useMeeting, useMicState, useView } from '../context'
import { StateBlock } from '../parts/StateBlock'
import { Hand } from '../point/Hand'

/** Own microphone, silence for all, the next item; ending the session stands alone at the far right. */
export function ChairDock() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const phase = useView((view) => view.phase)
  const agenda = useView((view) => view.agenda)
  const next = agenda.items[agenda.current === null ? 0 : agenda.current + 1]
  const nextNumber = agenda.current === null ? 1 : agenda.current + 2
  const own = useView(presides)
  const running = phase === 'in_session'
  return (
    <div className="flex min-w-0 flex-wrap items-stretch gap-5 min-[62.5rem]:flex-nowrap">
      {own ? (
        <OwnMic />
      ) : (
        <>
          <StateBlock className="min-w-104" />
          <Hand />
        </>
      )}
      {running ? (
        <>
          <DockButton
            icon={VolumeX}
            title={t('chair.mute_all')}
            sub={t('chair.mute_all_sub')}
            testId="mute-all"
            keys="M"
            onPress={() => void meeting.command({ type: 'mute_all' })}
          />
          {next && (
            <DockButton
              icon={ArrowRight}
              title={t('chair.next_item')}
              sub={`${nextNumber}. ${next.title}`}
              testId="next-item"
              onPress={() => void meeting.command({ type: 'next_item' })}
            />
          )}
        </>
      ) : (
        <StartButton phase={phase} />
      )}
      <span className="flex-1" />
      <MoreMenu running={running} />
      <HoldButton
        holdingText={t('chair.holding')}
        againText={t('chair.enter_again')}
        icon={<OctagonX aria-hidden className="size-9" />}
        onConfirm={() => void meeting.command({ type: 'close' })}
        className="w34 min-h-20 shrink-0 gap-4 rounded-block px-9 whitespace-nowrap"
      >
        {t('chair.end')}
      </HoldButton>
    </div>
  )
}

function OwnMic() {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const on = useView((view) => view.floor.chair_mic)
  const state = useMicState().kind
  const heard = state === 'speaking'
  const words = !on
    ? state === 'no_microphone'
      ? t('chair.mic_missing')
      : t('chair.mic_off')
    : heard
      ? t('chair.mic_on')
      : state === 'opening'
        ? t('chair.mic_opening')
        : state === 'no_microphone'
          ? t('chair.mic_missing')
          : t(state === 'restarting' ? 'state.restarting' : 'state.reconnecting')
  return (
    <button
      type="button"
      data-testid="state-block"
      data-state={on ? state : state === 'speaking' ? 'off' : state}
      data-block
      aria-pressed={on}
      aria-keyshortcuts="Space"
      onClick={() => void meeting.setChairMic(!on)}
      className={cx(
        'flex min-w-104 shrink-0 items-center gap-7 rounded-block border-2 px-8 text-left transition-colors duration-180',
        on ? (heard ? 'border-gold bg-gold text-on-gold' : 'border-warn bg-warn-tint') : 'border-ctl bg-surface',
      )}
    >
      {on ? (
        <Mic aria-hidden className="size-11 shrink-0" strokeWidth={2.25} />
      ) : (
        <MicOff aria-hidden className="size-11 shrink-0" strokeWidth={2.25} />
      )}
      <span>
        <span aria-live="assertive" className="w34 block font-semibold">
          {words}
        </span>
        <span className={cx('w28 block', on && heard ? '' : 'text-text2')}>
          {on ? t('chair.mic_on_sub') : t('chair.mic_off_sub')}
        </span>
      </span>
    </button>
  )
}

function StartButton({ phase }: { phase: Phase }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const again = phase === 'adjourned'
  const start = async () => {
    if (phase === 'planned') await meeting.command({ type: 'open' })
    await meeting.command({ type: 'start' })
  }
  return (
    <button
      type="button"
      data-testid="start"
      onClick={() => void start()}
      className="flex min-h-20 items-center gap-6 rounded-block bg-action px-12 text-on-action"
    >
      <Play aria-hidden className="size-11 shrink-0" strokeWidth={2.25} />
      <span className="text-left">
        <span className="w34 block font-semibold">{t(again ? 'chair.resume' : 'chair.start')}</span>
        <span className="w28 block text-on-action2">{t(again ? 'chair.resume_sub' : 'chair.start_sub')}</span>
      </span>
    </button>
  )
}

/** What is needed once or twice in a session. */
function MoreMenu({ running }: { running: boolean }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const delegated = useView((view) => view.briefing.floor_delegated)
  return (
    <MenuTrigger>
      <AriaButton
        aria-label={t('chair.more')}
        data-testid="more"
        className="flex min-h-20 w-24 shrink-0 items-center justify-center rounded-block bg-raised"
      >
        <Ellipsis aria-hidden className="size-10" />
      </AriaButton>
      <Popover
        placement="top end"
        className="wall-menu rounded-block border border-line bg-surface text-text shadow-pop"
      >
        <Menu
          className="outline-none"
          onAction={(key) => {
            if (key === 'adjourn') void meeting.command({ type: 'adjourn' })
            if (key === 'delegate') void meeting.command({ type: 'delegate_floor', to_secretary: !delegated })
            if (key === 'leave') void meeting.leave()
          }}
        >
          {running && (
            <MenuItem id="adjourn" className={menuItem}>
              <Coffee aria-hidden className="size-7" />
              {t('chair.adjourn')}
            </MenuItem>
          )}
          <MenuItem id="delegate" className={menuItem}>
            <UserCheck aria-hidden className="size-7" />
            {t(delegated ? 'chair.take_back' : 'chair.delegate')}
          </MenuItem>
          <MenuItem id="leave" className={menuItem}>
            <LogOut aria-hidden className="size-7" />
            {t('tools.leave')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}

const menuItem =
  'flex min-h-14 items-center gap-4 rounded-ctl px-5 text-title3 focused:bg-raised hovered:bg-raised outline-none'

interface DockButtonProps {
  icon: LucideIcon
  title: string
  sub?: ReactNode
  testId: string
  keys?: string
  onPress: () => void
}

function DockButton({ icon: Icon, title, sub, testId, keys, onPress }: DockButtonProps) {
  return (
    <button
      type="button"
      data-testid={testId}
      aria-keyshortcuts={keys}
      onClick={onPress}
      className="flex min-h-20 min-w-0 items-center gap-6 rounded-block bg-raised px-9 text-left"
    >
      <Icon aria-hidden className="size-10 shrink-0" strokeWidth={2.25} />
      <span className="min-w-0">
        <span className="w34 block font-semibold whitespace-nowrap">{title}</span>
        {sub !== undefined && <span className="w28 block max-w-80 truncate text-text2">{sub}</span>}
      </span>
    </button>
  )
}
