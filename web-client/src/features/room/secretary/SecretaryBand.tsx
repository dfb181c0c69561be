import {
  BellRing,
  DoorClosed,
  DoorOpen,
  Ellipsis,
  Grid3x3,
  Keyboard,
  Lock,
  LockOpen,
  LogOut,
  Play,
  VolumeX,
} from 'lucide-react'
import { useState } from 'react'
import { Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { useTranslation } from 'react-i18next'
import { Button, IconButton, Mark } from '@/ui'
import { useMeeting, useSecond, useView } from '../context'
import { clock } from '../format'
import { useMuteUndo } from '../parts/useMuteUndo'
import { NoticeDialog } from './NoticeDialog'

interface SecretaryBandProps {
  dotsShown: boolean
  /** Null when there are too few points for the field. */
  onDots: ((shown: boolean) => void) | null
  onKeys: () => void
}

/** The briefing and its item; what reaches everybody at once. */
export function SecretaryBand({ dotsShown, onDots, onKeys }: SecretaryBandProps) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const title = useView((view) => view.briefing.title)
  const phase = useView((view) => view.phase)
  const [noticing, notice] = useState(false)
  useMuteUndo()
  const start = async () => {
    if (phase === 'planned') await meeting.command({ type: 'open' })
    await meeting.command({ type: 'start' })
  }
  return (
    <header className="desk-band flex min-w-0 flex-wrap items-center gap-1.5 border-b border-line bg-surface px-3 py-1 tablet:gap-2.5 tablet:px-3.5 wide:px-6">
      <Mark className="size-8 wide:size-9.5" />
      <h1 className="min-w-0 truncate text-lead font-semibold wide:text-place">{title}</h1>
      <CurrentItem />
      <span className="flex-1" />
      {phase === 'in_session' ? (
        <Button
          icon={<VolumeX aria-hidden size={18} />}
          data-testid="mute-all"
          onPress={() => void meeting.command({ type: 'mute_all' })}
        >
          {t('chair.mute_all')}
        </Button>
      ) : (
        <Button
          variant="primary"
          icon={<Play aria-hidden size={18} />}
          data-testid="start"
          onPress={() => void start()}
        >
          {t(phase === 'adjourned' ? 'chair.resume' : 'chair.start')}
        </Button>
      )}
      <Button icon={<BellRing aria-hidden size={18} />} data-testid="notice" onPress={() => notice(true)}>
        {t('band.notice')}
      </Button>
      <BandMenu dotsShown={dotsShown} onDots={onDots} onKeys={onKeys} />
      <NoticeDialog isOpen={noticing} onClose={() => notice(false)} />
    </header>
  )
}

function CurrentItem() {
  const { t } = useTranslation('room')
  const agenda = useView((view) => view.agenda)
  const phase = useView((view) => view.phase)
  const now = useSecond()
  const item = agenda.current === null ? undefined : agenda.items[agenda.current]
  const left = agenda.current_until === null ? null : Math.ceil((Date.parse(agenda.current_until) - now) / 1000)
  return (
    <p className="hidden min-w-0 truncate border-l border-line pl-3.5 text-small text-text2 tablet:block wide:text-body">
      {item === undefined || agenda.current === null ? (
        t(`phase.${phase}`)
      ) : (
        <>
          {t('agenda.item')}{' '}
          <span className="num">
            {agenda.current + 1}/{agenda.items.length}
          </span>
          : <span className="font-semibold text-text">{item.title}</span>
          {left !== null && (
            <>
              , {left < 0 ? t('agenda.over') : t('agenda.left')}{' '}
              <span className="num font-semibold text-text">{clock(Math.abs(left))}</span>
            </>
          )}
        </>
      )}
    </p>
  )
}

const entry =
  'flex min-h-11 items-center gap-3 rounded-ctl px-4 text-body outline-none focused:bg-sunken hovered:bg-sunken'

function BandMenu({ dotsShown, onDots, onKeys }: SecretaryBandProps) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const locked = useView((view) => view.briefing.locked)
  const lobby = useView((view) => view.briefing.lobby_on)
  return (
    <MenuTrigger>
      <IconButton label={t('chair.more')} variant="outlined" icon={<Ellipsis aria-hidden size={20} />} />
      <Popover placement="bottom end" className="rounded-ctl border border-line bg-surface p-1.5 text-text shadow-pop">
        <Menu
          className="outline-none"
          onAction={(key) => {
            if (key === 'lock') void meeting.command({ type: 'lock', on: !locked })
            if (key === 'lobby') void meeting.command({ type: 'set_lobby', on: !lobby })
            if (key === 'dots') onDots?.(!dotsShown)
            if (key === 'keys') onKeys()
            if (key === 'leave') void meeting.leave()
          }}
        >
          <MenuItem id="lock" className={entry}>
            {locked ? <LockOpen aria-hidden size={18} /> : <Lock aria-hidden size={18} />}
            {t(locked ? 'band.unlock' : 'band.lock')}
          </MenuItem>
          <MenuItem id="lobby" className={entry}>
            {lobby ? <DoorOpen aria-hidden size={18} /> : <DoorClosed aria-hidden size={18} />}
            {t(lobby ? 'band.lobby_off' : 'band.lobby_on')}
          </MenuItem>
          {onDots && (
            <MenuItem id="dots" className={entry}>
              <Grid3x3 aria-hidden size={18} />
              {t(dotsShown ? 'band.hide_dots' : 'band.show_dots')}
            </MenuItem>
          )}
          <MenuItem id="keys" className={entry}>
            <Keyboard aria-hidden size={18} />
            {t('keys.title')}
          </MenuItem>
          <MenuItem id="leave" className={entry}>
            <LogOut aria-hidden size={18} />
            {t('tools.leave')}
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
