import {
  Clock,
  DoorOpen,
  LoaderCircle,
  Mic,
  MicOff,
  RefreshCw,
  VideoOff,
  VolumeX,
  Wifi,
  WifiOff,
  type LucideIcon,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { MicState } from '@/meeting'
import { Button, cx } from '@/ui'
import { useMeeting, useMicState } from '../context'
import { LevelBar } from './LevelBar'
import { stateWords, type StateTone } from './state-words'

const icons: Record<MicState['kind'], LucideIcon> = {
  entering: LoaderCircle,
  off: MicOff,
  invited: Mic,
  paused: MicOff,
  opening: Mic,
  speaking: Mic,
  ending: Clock,
  over: Clock,
  muted: VolumeX,
  weak: Wifi,
  reconnecting: WifiOff,
  restarting: RefreshCw,
  lost: WifiOff,
  waiting: DoorOpen,
  no_microphone: MicOff,
  no_camera: VideoOff,
  ended: DoorOpen,
}

const tones: Record<StateTone, string> = {
  calm: 'border-ctl bg-raised text-text',
  plain: 'border-line bg-surface text-text',
  gold: 'border-gold bg-gold text-on-gold',
  warn: 'border-warn bg-warn-tint text-text',
}

/** Whether this room is heard, as one sentence. The same box in every state. */
export function StateBlock({ className }: { className?: string }) {
  const { t } = useTranslation('room')
  const state = useMicState()
  const words = stateWords(state, t)
  const Icon = icons[state.kind]
  return (
    <section
      aria-label={t('state.region')}
      data-testid="state-block"
      data-state={state.kind}
      data-block
      className={cx(
        'state-block flex min-w-0 items-center gap-5 rounded-block border-2 px-6 py-3 transition-colors duration-180 phone:gap-6',
        tones[words.tone],
        className,
      )}
    >
      <Icon
        aria-hidden
        strokeWidth={2.25}
        className={cx('size-10 shrink-0 phone:size-12', words.tone === 'warn' && 'text-warn')}
      />
      <div className="min-w-0 flex-1">
        {/* The times beside it are not read: an announcement each second would drown the meeting. */}
        <p
          role="status"
          aria-live="assertive"
          className="text-[clamp(1.25rem,2.35vw,2rem)] leading-tight font-semibold text-balance"
        >
          {words.title}
        </p>
        {state.kind === 'speaking' ? (
          <div className="mt-2 max-w-90">
            <LevelBar />
          </div>
        ) : (
          words.sub !== '' && (
            <p className={cx('text-[clamp(1rem,1.5vw,1.3rem)] leading-snug', words.tone === 'plain' && 'text-text2')}>
              {words.sub}
            </p>
          )
        )}
      </div>
      {words.timer !== undefined && (
        <span className="num shrink-0 text-[clamp(1.75rem,4.1vw,3.5rem)] leading-none font-semibold">
          {words.timer}
        </span>
      )}
      <StateAction state={state} />
    </section>
  )
}

/** The one thing to do about a state, where there is one. */
function StateAction({ state }: { state: MicState }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  switch (state.kind) {
    case 'invited':
    case 'paused':
      return (
        <button
          type="button"
          data-testid="open-mic"
          onClick={() => void meeting.openMic()}
          className={cx(
            'min-h-14 shrink-0 rounded-ctl px-5 text-lead font-semibold',
            state.kind === 'invited'
              ? 'bg-on-gold text-white outline-offset-2 focus-visible:outline-on-gold'
              : 'bg-gold text-on-gold',
          )}
        >
          {t('action.open_mic')}
        </button>
      )
    case 'weak':
      if (!state.byUs) return null
      return (
        <Button size="session" onPress={() => meeting.setCamera(true)} className="shrink-0 bg-transparent">
          {t('action.camera_again')}
        </Button>
      )
    case 'no_camera':
      return (
        <Button size="session" onPress={() => void meeting.retryCamera()} className="shrink-0 bg-transparent">
          {t('action.look_again')}
        </Button>
      )
    case 'no_microphone':
      return (
        <Button size="session" onPress={() => void meeting.retryMicrophone()} className="shrink-0 bg-transparent">
          {t('action.look_again')}
        </Button>
      )
    case 'lost':
      return (
        <Button variant="primary" size="session" onPress={() => void meeting.restart()} className="shrink-0">
          {t('action.rejoin')}
        </Button>
      )
    default:
      return null
  }
}
