import { getRouteApi } from '@tanstack/react-router'
import { Maximize, Volume2, WifiOff } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { useTheme } from '@/lib/theme'
import { useTitle } from '@/lib/title'
import { Button, cx, Mark } from '@/ui'
import { Watcher, type WatchState } from './whep'

const route = getRouteApi('/xem/$token')

/** A wall, a hall or a stream: the stage fills the screen, and nothing needs to be done after sound is on. */
export function WatchPage() {
  const { token } = route.useParams()
  const { phien } = route.useSearch()
  const { t } = useTranslation('watch')
  useTheme('dark')
  useTitle(t('title'))
  if (phien === undefined) return <Whole title={t('refused')} text={t('incomplete')} />
  return <Watching key={token} briefing={phien} token={token} />
}

function Watching({ briefing, token }: { briefing: string; token: string }) {
  const [watcher] = useState(() => new Watcher(briefing, token))
  const state = useSyncExternalStore(watcher.subscribe, watcher.snapshot)
  useEffect(() => {
    watcher.start()
    return () => watcher.stop()
  }, [watcher])
  useWakeLock()
  const { t } = useTranslation('watch')
  if (state.phase === 'refused') return <Whole title={t('refused')} text={t('refused_text')} />
  if (state.phase === 'full') return <Whole title={t('full')} text={t('full_text')} />
  return <Stage state={state} />
}

function Stage({ state }: { state: WatchState }) {
  const { t } = useTranslation('watch')
  const root = useRef<HTMLElement>(null)
  const [sound, setSound] = useState(false)
  const broken = state.phase === 'waiting'
  return (
    <main id="main" ref={root} className="fixed inset-0 overflow-hidden bg-black">
      <h1 className="sr-only">{t('title')}</h1>
      {/* Both stay mounted: a slot that is empty costs nothing, and switching is only a change of size. */}
      <Picture
        stream={state.main}
        label={t('main')}
        className={cx(
          state.hasContent
            ? 'right-[1.2vw] bottom-[1.2vw] z-10 h-[22vh] w-[39vh] rounded-ctl border-2 border-line object-cover'
            : 'inset-0 size-full object-contain',
          broken && 'brightness-60',
        )}
      />
      <Picture
        stream={state.content}
        label={t('content')}
        className={cx('inset-0 size-full object-contain', !state.hasContent && 'invisible', broken && 'brightness-60')}
      />
      <Sound stream={state.sound} on={sound} />

      {state.phase === 'connecting' || (state.phase === 'watching' && !state.hasMain && !state.hasContent) ? (
        <Centre title={state.phase === 'connecting' ? t('connecting') : t('nothing')} text={t('wait')} />
      ) : null}
      {broken && (
        <p
          role="status"
          className="absolute top-6 left-1/2 flex -translate-x-1/2 items-center gap-3 rounded-block bg-warn-tint px-6 py-3 text-title3 font-semibold text-warn"
        >
          <WifiOff aria-hidden size={24} /> {t('reconnecting')}
        </p>
      )}
      {!sound && (
        <div className="absolute inset-x-0 bottom-[6vh] z-20 flex justify-center gap-4">
          <Button
            variant="primary"
            size="wall"
            icon={<Volume2 aria-hidden size={30} />}
            onPress={() => {
              setSound(true)
              void root.current?.requestFullscreen().catch(() => undefined)
            }}
          >
            {t('sound')}
          </Button>
          <Button
            size="wall"
            icon={<Maximize aria-hidden size={28} />}
            onPress={() => void root.current?.requestFullscreen().catch(() => undefined)}
          >
            {t('fullscreen')}
          </Button>
        </div>
      )}
    </main>
  )
}

function Picture({ stream, label, className }: { stream: MediaStream; label: string; className: string }) {
  const video = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (video.current !== null) video.current.srcObject = stream
  }, [stream])
  return <video ref={video} autoPlay playsInline muted aria-label={label} className={cx('absolute', className)} />
}

/** The three slots are mixed by the browser: one element for each track of the stream. */
function Sound({ stream, on }: { stream: MediaStream; on: boolean }) {
  return stream.getAudioTracks().map((track) => <Voice key={track.id} track={track} on={on} />)
}

function Voice({ track, on }: { track: MediaStreamTrack; on: boolean }) {
  const audio = useRef<HTMLAudioElement>(null)
  useEffect(() => {
    const element = audio.current
    if (element === null) return
    element.srcObject = new MediaStream([track])
  }, [track])
  useEffect(() => {
    const element = audio.current
    if (element === null) return
    element.muted = !on
    if (on) void element.play().catch(() => undefined)
  }, [track, on])
  // Live speech of a meeting: there is no caption track to offer.
  return <audio ref={audio} autoPlay muted />
}

function Centre({ title, text }: { title: string; text: string }) {
  return (
    <div
      role="status"
      className="absolute inset-0 flex flex-col items-center justify-center gap-4 px-8 pb-[10vh] text-center"
    >
      <Mark className="size-20" />
      <p className="text-[2.25rem] leading-tight font-semibold">{title}</p>
      <p className="text-title2 text-text2">{text}</p>
    </div>
  )
}

function Whole({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <main id="main" className="fixed inset-0 bg-black">
      <Centre title={title} text={text} />
    </main>
  )
}

/** A wall must not fall asleep in the middle of a briefing. */
function useWakeLock() {
  useEffect(() => {
    if (!('wakeLock' in navigator)) return
    let lock: WakeLockSentinel | null = null
    const take = () => {
      if (document.visibilityState !== 'visible') return
      void navigator.wakeLock.request('screen').then(
        (taken) => {
          lock = taken
        },
        () => undefined,
      )
    }
    take()
    // The browser drops the lock when the tab is hidden.
    document.addEventListener('visibilitychange', take)
    return () => {
      document.removeEventListener('visibilitychange', take)
      void lock?.release()
    }
  }, [])
}
