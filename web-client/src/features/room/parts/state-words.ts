import type { TFunction } from 'i18next'
import type { MicState } from '@/meeting'
import { clock, shortClock, timeOfDay } from '../format'

/** How the block looks; a fill always comes with words and a shape. */
export type StateTone = 'calm' | 'gold' | 'warn' | 'plain'

export interface StateWords {
  tone: StateTone
  title: string
  sub: string
  /** A running time at the right. */
  timer?: string
}

/** The sentence for each state. `seatName` is the room's own name. */
export function stateWords(state: MicState, t: TFunction<'room'>): StateWords {
  switch (state.kind) {
    case 'entering':
      return { tone: 'plain', title: t('state.entering'), sub: t('state.entering_sub') }
    case 'off':
      return { tone: 'calm', title: t('state.off'), sub: t('state.off_sub') }
    case 'invited':
      return {
        tone: 'gold',
        title: t('state.invited'),
        sub: t(state.reminded ? 'state.reminded_sub' : 'state.invited_sub'),
      }
    case 'paused':
      return { tone: 'calm', title: t('state.off'), sub: t('state.paused_sub') }
    case 'opening':
      return { tone: 'plain', title: t('state.opening'), sub: t('state.opening_sub') }
    case 'speaking':
      return {
        tone: 'gold',
        title: t('state.speaking'),
        sub: '',
        ...(state.limit > 0 ? { timer: clock(state.elapsed) } : {}),
      }
    case 'ending':
      return {
        tone: 'gold',
        title: t('state.ending', { n: state.remaining }),
        sub: t('state.ending_sub'),
        timer: clock(state.remaining),
      }
    case 'over':
      return {
        tone: 'gold',
        title: t('state.over'),
        sub: t('state.ending_sub'),
        timer: t('over', { time: clock(state.over) }),
      }
    case 'muted':
      return { tone: 'calm', title: t('state.muted'), sub: t('state.muted_sub', { time: clock(state.spoke) }) }
    case 'weak':
      return { tone: 'warn', title: t('state.weak'), sub: t(state.byUs ? 'state.weak_up_sub' : 'state.weak_down_sub') }
    case 'reconnecting':
      return {
        tone: 'warn',
        title: t('state.reconnecting'),
        sub: t(state.queued ? 'state.reconnecting_queued_sub' : 'state.reconnecting_sub'),
        timer: shortClock(state.seconds),
      }
    case 'restarting':
      return {
        tone: 'warn',
        title: t('state.restarting'),
        sub: t('state.reconnecting_sub'),
        timer: shortClock(state.seconds),
      }
    case 'lost':
      return { tone: 'warn', title: t('state.lost'), sub: t('state.lost_sub'), timer: shortClock(state.seconds) }
    case 'waiting':
      return {
        tone: 'plain',
        title: t('state.waiting'),
        sub:
          state.since === null
            ? t('state.waiting_sub')
            : t('state.waiting_since_sub', { time: timeOfDay(state.since) }),
      }
    case 'no_microphone':
      return { tone: 'warn', title: t(state.denied ? 'state.mic_denied' : 'state.no_mic'), sub: t('state.no_mic_sub') }
    case 'no_camera':
      return {
        tone: 'warn',
        title: t(state.denied ? 'state.camera_denied' : 'state.no_camera'),
        sub: t('state.no_camera_sub'),
      }
    case 'ended':
      return { tone: 'plain', title: t('state.ended'), sub: '' }
  }
}
