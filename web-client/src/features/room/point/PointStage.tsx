import { useTranslation } from 'react-i18next'
import type { SeatLabel } from '@/protocol/generated'
import { currentHolder, hasFloor } from '@/meeting'
import { cx } from '@/ui'
import { useSecond, useView } from '../context'
import { clock } from '../format'
import { LinkWords } from '../parts/LinkWords'
import { useContentPicture, useMainPicture, type Picture } from '../parts/streams'
import { Video } from '../parts/Video'
import { ChairTile, MainTile, OwnTile, RecentTile } from './Tiles'

/**
 * What is shared, or else whoever speaks, in the large box; beside it always in the same order: the speaker, the chair,
 * the own picture last. Whoever speaks sees the own picture first.
 */
export function PointStage({ speaking }: { speaking: boolean }) {
  const { t } = useTranslation('room')
  const content = useView((view) => view.stage.content)
  const main = useView((view) => view.stage.main)
  const me = useView((view) => view.me.label.seat)
  const contentPicture = useContentPicture()
  const mainPicture = useMainPicture()
  const shared = content !== null && content.seat !== me
  return (
    <div className="point-stage">
      <div className="point-large relative min-h-0 overflow-hidden rounded-ctl bg-surface">
        {shared ? (
          <Large
            picture={contentPicture}
            testId="content-video"
            label={t('stage.content_of', { name: content.name })}
            coming={t('stage.content_coming', { name: content.name })}
            fit="contain"
          />
        ) : (
          <Large
            picture={mainPicture}
            testId="main-video"
            label={main?.name ?? t('stage.nobody')}
            coming={
              main === null
                ? t('stage.nobody')
                : main.connected
                  ? t('stage.no_picture', { name: main.name })
                  : t('stage.cut', { name: main.name })
            }
            cut={main !== null && !main.connected}
            fit={mainPicture.own ? 'cover' : 'contain'}
          />
        )}
        {content?.seat === me && (
          <p className="absolute inset-x-0 top-0 bg-surface px-4 py-2 text-lead font-semibold">
            {t('share.everyone_sees')}
          </p>
        )}
        {!shared && main !== null && <LargePlate main={main} />}
      </div>
      <div className="point-people">
        {shared && main !== null && main.seat !== me && <MainTile />}
        <ChairTile />
        {(!shared || speaking) && <RecentTile />}
        <OwnTile first={speaking} />
      </div>
      <Who />
    </div>
  )
}

interface LargeProps {
  picture: Picture
  testId: string
  label: string
  coming: string
  fit: 'cover' | 'contain'
  cut?: boolean
}

function Large({ picture, testId, label, coming, fit, cut = false }: LargeProps) {
  return (
    <>
      <Video
        key={testId}
        stream={picture.stream}
        label={label}
        testId={testId}
        fit={fit}
        className={cx(cut && 'brightness-60', !picture.live && !cut && 'invisible')}
      />
      {cut ? (
        <p role="status" className="absolute inset-x-0 top-0 bg-warn-tint px-4 py-2 text-place font-semibold text-warn">
          {coming}
        </p>
      ) : (
        !picture.live && (
          <p className="absolute inset-0 flex items-center justify-center px-8 text-center text-title3 text-text2">
            {coming}
          </p>
        )
      )}
    </>
  )
}

/** The name below the large picture; gold only for whoever has the floor. */
function LargePlate({ main }: { main: SeatLabel }) {
  const { t } = useTranslation('room')
  const gold = useView(
    (view) =>
hasFloor(view, main.seat),
  )
  return (
    <p
      className={cx(
        'absolute bottom-0 left-0 flex max-w-full items-baseline gap-3 rounded-tr-ctl px-4 py-2',
        gold ? 'bg-gold text-on-gold' : 'bg-raised',
      )}
    >
      <span className="text-place font-semibold">{main.name}</span>
      <span className="truncate text-body">{gold ? t('tile.speaking') : main.title}</span>
    </p>
  )
}

/** On a phone the speaker's name and the link have their own lines. */
function Who() {
  const { t } = useTranslation('room')
  const holder = useView(currentHolder)
  const main = useView((view) => view.stage.main)
  const now = useSecond()
  const name = holder?.label.name ?? main?.name
  return (
    <div className="point-who px-1 pt-1 tablet:hidden">
      <p className="text-place font-semibold">
        {name === undefined ? t('stage.nobody') : holder ? t('who.speaking', { name }) : name}
      </p>
      <p className="text-body">
        {holder ? holder.label.title : main?.title}
        {holder?.speaking_since && (
          <span className="num">, {clock((now - Date.parse(holder.speaking_since)) / 1000)}</span>
        )}
      </p>
      <LinkWords className="mt-1 text-body font-medium" />
    </div>
  )
}
