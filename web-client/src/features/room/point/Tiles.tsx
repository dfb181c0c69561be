import { Mic, MicOff, Video as VideoIcon, VideoOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { hasFloor } from '@/meeting'
import { cx } from '@/ui'
import { useMedia, useMeeting, useView } from '../context'
import { useMainPicture, useOwnPicture, useSeatPicture, type Picture } from '../parts/streams'
import { Video } from '../parts/Video'

interface TileProps {
  picture: Picture
  name: string
  note: string
  testId: string
  gold?: boolean
  icon?: ReactNode
  empty: string
  first?: boolean
  children?: ReactNode
}

function Tile({ picture, name, note, testId, gold = false, icon, empty, first = false, children }: TileProps) {
  return (
    <figure
      className={cx(
        'flex min-h-0 flex-col overflow-hidden rounded-ctl',
        first && '-order-1',
        gold ? 'bg-gold text-on-gold ring-3 ring-gold ring-inset' : 'bg-raised',
      )}
    >
      <div className={cx('relative min-h-0 flex-1 bg-surface', gold && 'm-[3px] mb-0')}>
        <Video
          stream={picture.stream}
          label={name}
          testId={testId}
          mirrored={picture.own}
          className={cx(!picture.live && 'invisible')}
        />
        {!picture.live && (
          <span className="absolute inset-0 flex items-center justify-center px-3 text-center text-small text-text2">
            {empty}
          </span>
        )}
        {children}
      </div>
      <figcaption className="flex shrink-0 items-center gap-2 px-2.5 py-1 text-small tablet:text-body">
        {icon}
        <span className="min-w-0 flex-1 truncate font-semibold">{name}</span>
        <span className={cx('hidden truncate tablet:block', !gold && 'text-text2')}>{note}</span>
      </figcaption>
    </figure>
  )
}

/** The main picture made small, while something is shared. */
export function MainTile() {
  const { t } = useTranslation('room')
  const main = useView((view) => view.stage.main)
  const gold = useView((view) => hasFloor(view, view.stage.main?.seat ?? null))
  const picture = useMainPicture()
  if (!main) return null
  return (
    <Tile
      picture={picture}
      name={main.name}
      note={gold ? t('tile.speaking') : main.title}
      testId="main-video"
      gold={gold}
      icon={gold && <Mic aria-hidden size={18} strokeWidth={2.25} />}
      empty={main.connected ? t('tile.no_picture') : t('stage.cut', { name: main.name })}
    />
  )
}

/** The chair, unless the chair is the main picture already. */
export function ChairTile() {
  const { t } = useTranslation('room')
  const chair = useView((view) => view.floor.chair)
  const main = useView((view) => view.stage.main?.seat ?? null)
  const me = useView((view) => view.me.label.seat)
  const picture = useSeatPicture(chair?.seat ?? null)
  if (!chair || chair.seat === main || chair.seat === me) return null
  return (
    <Tile
      picture={picture}
      name={chair.name}
      note={t('tile.chair')}
      testId={`thumb-${chair.seat}`}
      empty={t('tile.no_picture')}
    />
  )
}

/** The first other room of the strip. */
export function RecentTile() {
  const { t } = useTranslation('room')
  const label = useView((view) => {
    const taken = new Set([view.stage.main?.seat, view.floor.chair?.seat, view.me.label.seat])
    return view.stage.strip.find((candidate) => !taken.has(candidate.seat)) ?? null
  })
  const picture = useSeatPicture(label?.seat ?? null)
  if (!label) return null
  return (
    <Tile
      picture={picture}
      name={label.name}
      note={label.within}
      testId={`thumb-${label.seat}`}
      empty={t('tile.no_picture')}
    />
  )
}

/** Stays the same element when it moves to the first place, so that its picture does not go dark. */
export function OwnTile({ first }: { first: boolean }) {
  const { t } = useTranslation('room')
  const meeting = useMeeting()
  const name = useView((view) => view.me.label.name)
  const on = useMedia((media) => media.micOpen && media.micForwarded)
  const camera = useMedia((media) => (media.cameraReduced ? 'reduced' : media.cameraOn ? media.camera : 'off'))
  const picture = useOwnPicture()
  const shown = camera === 'ready'
  return (
    <Tile
      picture={picture}
      name={name}
      note={t('tile.own')}
      testId="own-video"
      first={first}
      gold={on}
      icon={on ? <Mic aria-hidden size={18} strokeWidth={2.25} /> : <MicOff aria-hidden size={18} strokeWidth={2.25} />}
      empty={t(`camera.${camera}`)}
    >
      <button
        type="button"
        data-testid="camera"
        aria-label={t(shown ? 'tools.camera' : 'tools.camera_off')}
        title={t(shown ? 'tools.camera' : 'tools.camera_off')}
        onClick={() => meeting.setCamera(!shown)}
        className="absolute top-1.5 right-1.5 hidden size-9 items-center justify-center rounded-ctl bg-surface text-text tablet:flex"
      >
        {shown ? <VideoIcon aria-hidden size={20} /> : <VideoOff aria-hidden size={20} />}
      </button>
    </Tile>
  )
}
