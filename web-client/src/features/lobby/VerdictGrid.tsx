import { Mic, Video, Volume2, Wifi } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, cx } from '@/ui'
import type { CameraKey, MicKey, NetworkKey, SpeakerKey, Tone, Verdict } from './verdicts'

export interface VerdictGridProps {
  camera: Verdict<CameraKey>
  mic: Verdict<MicKey>
  speaker: Verdict<SpeakerKey>
  network: Verdict<NetworkKey>
  onDevices: () => void
  onPlay: () => void
  onMeasure: () => void
}

const words: Record<Tone, string> = { ok: 'text-text', warn: 'text-warn', bad: 'text-bad', wait: 'text-text' }
const signs: Record<Tone, string> = { ok: 'text-ok', warn: 'text-warn', bad: 'text-bad', wait: 'text-text3' }

/** Four verdicts in words; each with the one thing that can be done about it. */
export function VerdictGrid({ camera, mic, speaker, network, onDevices, onPlay, onMeasure }: VerdictGridProps) {
  const { t } = useTranslation('lobby')
  return (
    <div className="grid grid-cols-1 overflow-hidden rounded-block border border-line bg-surface tablet:grid-cols-2">
      <Cell
        icon={<Video aria-hidden size={26} />}
        tone={camera.tone}
        title={t(`camera.${camera.key}.title`)}
        note={t(`camera.${camera.key}.note`)}
        action={<Small onPress={onDevices}>{t('change')}</Small>}
      />
      <Cell
        icon={<Mic aria-hidden size={26} />}
        tone={mic.tone}
        title={t(`mic.${mic.key}.title`)}
        note={t(`mic.${mic.key}.note`)}
      />
      <Cell
        icon={<Volume2 aria-hidden size={26} />}
        tone={speaker.tone}
        title={t(`speaker.${speaker.key}.title`)}
        note={t(`speaker.${speaker.key}.note`)}
        action={<Small onPress={onPlay}>{t('play')}</Small>}
      />
      <Cell
        icon={<Wifi aria-hidden size={26} />}
        tone={network.tone}
        title={t(`network.${network.key}.title`)}
        note={t(`network.${network.key}.note`)}
        action={
          network.tone === 'ok' || network.key === 'testing' ? null : <Small onPress={onMeasure}>{t('measure')}</Small>
        }
      />
    </div>
  )
}

function Cell({
  icon,
  tone,
  title,
  note,
  action,
}: {
  icon: ReactNode
  tone: Tone
  title: string
  note: string
  action?: ReactNode
}) {
  return (
    <div className="-mr-px -mb-px flex min-h-[83px] items-center gap-4 border-r border-b border-line py-3 pr-4 pl-4.5">
      <span className={signs[tone]}>{icon}</span>
      <p role="status" className="min-w-0 flex-1">
        <span className={cx('block text-lead leading-snug font-semibold', words[tone])}>{title}</span>
        <span className="block text-small text-text2">{note}</span>
      </p>
      {action}
    </div>
  )
}

function Small({ children, onPress }: { children: string; onPress: () => void }) {
  return (
    <Button className="shrink-0 px-3.5 text-small" onPress={onPress}>
      {children}
    </Button>
  )
}
