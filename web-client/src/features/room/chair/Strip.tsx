import { Pin } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { SeatLabel } from '@/protocol/generated'
import { cx } from '@/ui'
import { useMeeting, useView } from '../context'
import { useSeatPicture } from '../parts/streams'
import { Video } from '../parts/Video'

const TILES = 5

/** Five rooms; a press puts one on the main picture, which gives nobody the floor. */
export function Strip() {
  const { t } = useTranslation('room')
  const strip = useView((view) => view.stage.strip)
  const main = useView((view) => view.stage.main?.seat ?? null)
  const me = useView((view) => view.me.label.seat)
  const others = strip.filter((label) => label.seat !== main && label.seat !== me).slice(0, TILES)
  return (
    <ul aria-label={t('strip.label')} className="grid h-38.5 shrink-0 grid-cols-5 grid-rows-1 gap-4">
      {others.map((label) => (
        <li key={label.seat} className="min-w-0">
          <Tile label={label} />
        </li>
      ))}
    </ul>
  )
}

function Tile({ label }: { label: SeatLabel }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const picture = useSeatPicture(label.seat)
  const pinned = useView((view) => view.stage.pinned && view.stage.main?.seat === label.seat)
  return (
    <button
      type="button"
      aria-label={t('strip.show', { name: label.name })}
      aria-pressed={pinned}
      onClick={() => void meeting.command({ type: 'set_main', seat: label.seat })}
      className="flex size-full flex-col overflow-hidden rounded-ctl bg-raised text-left"
    >
      <span className="relative block min-h-0 w-full flex-1 bg-surface">
        <Video
          stream={picture.stream}
          label={label.name}
          testId={`thumb-${label.seat}`}
          className={cx(!picture.live && 'invisible')}
        />
        {!picture.live && (
          <span className="w28 absolute inset-0 flex items-center justify-center text-text3">
            {t('strip.no_picture')}
          </span>
        )}
      </span>
      <span className="w28 flex w-full shrink-0 items-center gap-2 px-3 py-0.5">
        <span className="truncate">{label.name}</span>
        {pinned && <Pin aria-hidden className="size-6 shrink-0" />}
      </span>
    </button>
  )
}
