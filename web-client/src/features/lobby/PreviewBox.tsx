import { Mic, MicOff, SearchX, VideoOff } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, LevelMeter } from '@/ui'
import { DeniedSteps } from './DeniedSteps'
import { HEARD, watchLevel, watchLuma } from './measure'
import type { PreviewState } from './preview'

export interface PreviewBoxProps {
  preview: PreviewState
  cameraOn: boolean
  onRetry: () => void
  onHeard: () => void
  onLuma: (luma: number) => void
}

/** The own picture, and under it whether the microphone hears. */
export function PreviewBox({ preview, cameraOn, onRetry, onHeard, onLuma }: PreviewBoxProps) {
  return (
    <div data-theme="dark" className="overflow-hidden rounded-block bg-bg">
      <div className="relative aspect-video max-h-[406px] w-full desk:aspect-auto desk:h-[406px]">
        <Picture preview={preview} cameraOn={cameraOn} onRetry={onRetry} onLuma={onLuma} />
      </div>
      <LevelStrip preview={preview} onHeard={onHeard} />
    </div>
  )
}

function Picture({ preview, cameraOn, onRetry, onLuma }: Omit<PreviewBoxProps, 'onHeard'>) {
  const { t } = useTranslation('lobby')
  const video = useRef<HTMLVideoElement>(null)
  const stream = preview.stream
  const live = cameraOn && preview.camera === 'ready'

  useEffect(() => {
    const element = video.current
    if (element === null) return
    element.srcObject = stream
    return watchLuma(element, onLuma)
  }, [stream, live, onLuma])

  if (live) {
    // Not mirrored: a meeting room's banner must read as everybody else will read it.
    return (
      <video
        ref={video}
        autoPlay
        playsInline
        muted
        aria-label={t('picture')}
        className="absolute inset-0 size-full object-cover"
      />
    )
  }
  if (!cameraOn)
    return <Words icon={<VideoOff aria-hidden size={40} />} title={t('camera.off.title')} text={t('camera.off.note')} />
  switch (preview.camera) {
    case 'denied':
      return <DeniedSteps onRetry={onRetry} />
    case 'missing':
      return (
        <Words
          icon={<SearchX aria-hidden size={40} />}
          title={t('no_camera')}
          text={t('no_camera_text')}
          action={<Button onPress={onRetry}>{t('look_again')}</Button>}
        />
      )
    case 'busy':
      return (
        <Words
          icon={<VideoOff aria-hidden size={40} />}
          title={t('camera.busy.title')}
          text={t('camera.busy.note')}
          action={<Button onPress={onRetry}>{t('look_again')}</Button>}
        />
      )
    case 'insecure':
      return (
        <Words
          icon={<VideoOff aria-hidden size={40} />}
          title={t('camera.insecure.title')}
          text={t('camera.insecure.note')}
        />
      )
    default:
      return <Words title={t('asking')} text={t('asking_text')} />
  }
}

function Words({
  icon,
  title,
  text,
  action,
}: {
  icon?: React.ReactNode
  title: string
  text: string
  action?: React.ReactNode
}) {
  return (
    <div className="absolute inset-0 flex flex-col items-center justify-center gap-3 px-8 text-center">
      {icon}
      <p className="text-title3 font-semibold">{title}</p>
      <p className="max-w-110 text-lead text-text2">{text}</p>
      {action}
    </div>
  )
}

function LevelStrip({ preview, onHeard }: { preview: PreviewState; onHeard: () => void }) {
  const { t } = useTranslation('lobby')
  const [level, setLevel] = useState(0)
  const stream = preview.microphone === 'ready' ? preview.stream : null
  useEffect(() => {
    if (stream === null) return
    return watchLevel(stream, (next) => {
      setLevel(next)
      if (next >= HEARD) onHeard()
    })
  }, [stream, onHeard])
  const works = preview.microphone === 'ready' || preview.microphone === 'opening'
  const Icon = works ? Mic : MicOff
  return (
    <div className="flex h-11 items-center gap-4 px-5 text-lead">
      <Icon aria-hidden size={19} />
      <span className="min-w-0 flex-1 truncate">{works ? t('say_something') : t('mic_unusable')}</span>
      <LevelMeter label={t('level')} level={works ? level : 0} className="max-phone:[&>*:nth-child(n+10)]:hidden" />
    </div>
  )
}
