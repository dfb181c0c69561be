import { Volume2 } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '@/ui'
import { useMedia } from '../context'

/** The three loudest, each on its own element. A browser may refuse to play before the person has pressed something. */
export function RoomAudio() {
  const { t } = useTranslation('room')
  const slots = useMedia((media) => media.slots)
  const [elements] = useState(() => new Set<HTMLAudioElement>())
  const [blocked, setBlocked] = useState(false)
  const play = () => {
    void Promise.all([...elements].map((element) => element.play()))
      .then(() => setBlocked(false))
      .catch((error: unknown) => {
        if (error instanceof DOMException && error.name === 'NotAllowedError') setBlocked(true)
      })
  }
  return (
    <>
      {slots
        .filter((slot) => slot.kind === 'audio')
        .map((slot) => (
          <Sound key={slot.index} index={slot.index} stream={slot.stream} elements={elements} onStream={play} />
        ))}
      {blocked && (
        <div role="alert" className="fixed inset-x-0 top-2 z-40 flex justify-center">
          <Button variant="primary" size="session" icon={<Volume2 aria-hidden size={22} />} onPress={play}>
            {t('sound.unblock')}
          </Button>
        </div>
      )}
    </>
  )
}

interface SoundProps {
  index: number
  stream: MediaStream | null
  elements: Set<HTMLAudioElement>
  onStream: () => void
}

function Sound({ index, stream, elements, onStream }: SoundProps) {
  const ref = useRef<HTMLAudioElement>(null)
  const started = useRef(onStream)
  useEffect(() => {
    started.current = onStream
  })
  useEffect(() => {
    const element = ref.current
    if (!element) return undefined
    elements.add(element)
    element.srcObject = stream
    started.current()
    return () => {
      elements.delete(element)
    }
  }, [stream, elements])
  // Live speech: captions come from the server when it has them.
  // eslint-disable-next-line jsx-a11y/media-has-caption
  return <audio ref={ref} data-testid={`audio-${index}`} />
}
