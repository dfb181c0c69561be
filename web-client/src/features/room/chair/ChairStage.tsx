import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { hasFloor } from '@/meeting'
import { cx } from '@/ui'
import { useView } from '../context'
import { useContentPicture, useMainPicture } from '../parts/streams'
import { Video } from '../parts/Video'
import { FloorPlate } from './FloorPlate'
import { Queue } from './Queue'
import { Strip } from './Strip'

/** Left the main picture with its plate and the strip, right what is shared and the queue. */
export function ChairStage({ searching, onSearch }: { searching: boolean; onSearch: (open: boolean) => void }) {
  const sharedBy = useView((view) => view.stage.content)
  const [swapped, swap] = useState(false)
  const shared = sharedBy !== null
  return (
    <div className="wall-stage" data-content={shared ? 'shared' : 'none'}>
      <div className="flex min-h-0 flex-col gap-4">
        <MainFrame swapped={shared && swapped} />
        <Strip />
      </div>
      <div className="flex min-h-0 flex-col gap-3">
        {shared && <SharedContent swapped={swapped} onSwap={() => swap(!swapped)} />}
        <Queue searching={searching} onSearch={onSearch} />
      </div>
    </div>
  )
}

function MainFrame({ swapped }: { swapped: boolean }) {
  const gold = useView(
    (view) => view.floor.holders.length > 0 || hasFloor(view, view.stage.main?.seat ?? null),
  )
  return (
    <section
      data-testid="main-frame"
      className={cx(
        'flex min-h-0 flex-1 flex-col overflow-hidden rounded-ctl border-[calc(6*var(--u))]',
        gold ? 'border-gold bg-gold' : 'border-raised bg-raised',
      )}
    >
      <div className="wall-main relative min-h-0 flex-1 overflow-hidden bg-surface">
        {swapped ? <ContentVideo /> : <MainVideo />}
      </div>
      <FloorPlate />
    </section>
  )
}

function MainVideo() {
  const { t } = useTranslation('room')
  const picture = useMainPicture()
  const main = useView((view) => view.stage.main)
  const cut = main !== null && !main.connected
  return (
    <>
      <Video
        stream={picture.stream}
        label={main?.name ?? t('stage.nobody')}
        testId="main-video"
        className={cx(cut && 'brightness-60', !picture.live && !cut && 'invisible')}
      />
      {cut ? (
        <p role="status" className="w30 absolute inset-x-0 bottom-0 bg-warn-tint px-6 py-3 font-semibold text-warn">
          {t('stage.cut', { name: main.name })}
        </p>
      ) : (
        !picture.live && (
          <p className="w34 absolute inset-0 flex items-center justify-center px-8 text-center text-text2">
            {main === null ? t('stage.nobody') : t('stage.no_picture', { name: main.name })}
          </p>
        )
      )}
    </>
  )
}

function ContentVideo() {
  const { t } = useTranslation('room')
  const picture = useContentPicture()
  const by = useView((view) => view.stage.content?.name ?? '')
  return (
    <>
      <Video stream={picture.stream} label={t('stage.content_of', { name: by })} testId="content-video" fit="contain" />
      {!picture.live && (
        <p className="w30 absolute inset-0 flex items-center justify-center text-text2">
          {t('stage.content_coming', { name: by })}
        </p>
      )}
    </>
  )
}

/** Pressing it changes places with the main picture, so that a table of figures can be read from four metres. */
function SharedContent({ swapped, onSwap }: { swapped: boolean; onSwap: () => void }) {
  const { t } = useTranslation('room')
  return (
    <button
      type="button"
      onClick={onSwap}
      aria-label={t(swapped ? 'stage.swap_back' : 'stage.swap')}
      className="relative aspect-video w-full shrink-0 overflow-hidden rounded-ctl bg-surface"
    >
      {swapped ? <MainVideo /> : <ContentVideo />}
    </button>
  )
}
