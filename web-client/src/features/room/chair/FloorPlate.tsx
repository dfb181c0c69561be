import { Mic, MicOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Holder } from '@/protocol/generated'
import { currentHolder, hasFloor, secondsBetween } from '@/meeting'
import { cx } from '@/ui'
import { useMeeting, useSecond, useView } from '../context'
import { clock, shortClock } from '../format'

const REMIND_AFTER_SECONDS = 10

/** Who has the floor, under the face: name, office, time spoken and time given. */
export function FloorPlate() {
  const { t } = useTranslation('room')
  const holder = useView(currentHolder)
  const main = useView((view) => view.stage.main)
  const chairSpeaks = useView((view) => hasFloor(view, view.stage.main?.seat ?? null))
  if (holder) return <HolderPlate holder={holder} />
  return (
    <div
      data-testid="floor-plate"
      className={cx('flex min-h-21 items-center gap-5 px-6', chairSpeaks ? 'text-on-gold' : 'text-text')}
    >
      {chairSpeaks && <Mic aria-hidden className="size-11 shrink-0" strokeWidth={2.25} />}
      <span className="w44 truncate font-bold">{main?.name ?? t('stage.nobody')}</span>
      <span className="w30 min-w-0 flex-1 truncate">{main?.title}</span>
    </div>
  )
}

function HolderPlate({ holder }: { holder: Holder }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const now = useSecond()
  const { label } = holder
  const speaking = holder.state === 'speaking'
  const seconds = secondsBetween(Date.parse(holder.speaking_since ?? holder.granted_at), now)
  const late = !speaking && seconds >= REMIND_AFTER_SECONDS
  const over = speaking && seconds > holder.limit_seconds
  return (
    <div
      data-testid="floor-plate"
      data-holder={label.seat}
      data-state={holder.state}
      className="flex min-h-21 items-center gap-5 px-6 text-on-gold"
    >
      {speaking ? (
        <Mic aria-hidden className="size-11 shrink-0" strokeWidth={2.25} />
      ) : (
        <MicOff aria-hidden className="size-11 shrink-0" strokeWidth={2.25} />
      )}
      {speaking ? (
        <>
          <span className="w44 shrink-0 font-bold whitespace-nowrap">{label.name}</span>
          <span className="w30 min-w-0 flex-1 truncate font-medium">{label.title}</span>
          <span className="num w52 font-semibold">{clock(seconds)}</span>
          <span className="w30 font-medium whitespace-nowrap">
            {over
              ? t('plate.over', { time: clock(seconds - holder.limit_seconds) })
              : t('plate.of', { minutes: minutes(holder.limit_seconds) })}
          </span>
        </>
      ) : (
        <>
          <span className="w36 min-w-0 flex-1 truncate font-semibold">{t('plate.waiting', { name: label.name })}</span>
          <span className="num w44 font-semibold">{shortClock(seconds)}</span>
          {late && (
            <button
              type="button"
              data-testid="remind"
              onClick={() => void meeting.command({ type: 'remind', seat: label.seat })}
              className="w28 min-h-14 rounded-ctl bg-on-gold px-6 font-semibold text-white"
            >
              {t('plate.remind')}
            </button>
          )}
        </>
      )}
    </div>
  )
}

function minutes(seconds: number): string {
  return seconds % 60 === 0 ? String(seconds / 60) : clock(seconds)
}
