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
    void playAll(elements).then(setBlocked)
  }
  // Any press will do: the browser only wants to know that there is a person.
  useEffect(() => {
    if (!blocked) return undefined
    const retry = () => {
      void playAll(elements).then(setBlocked)
    }
    window.addEventListener('pointerup', retry)
    window.addEventListener('keyup', retry)
    return () => {
      window.removeEventListener('pointerup', retry)
      window.removeEventListener('keyup', retry)
    }
  }, [blocked, elements])
  return (
    <>
      {slots
        .filter((slot) => slot.kind === 'audio')
        .map((slot) => (
          <Sound key={slot.index} index={slot.index} stream={slot.stream} elements={elements} onStream={play} />
        ))}
      {blocked && (
        <div role="alert" className="pointer-events-none fixed inset-x-0 top-20 z-40 flex justify-center *:pointer-events-auto">
          <Button variant="primary" size="session" icon={<Volume2 aria-hidden size={22} />} onPress={play}>
            {t('sound.unblock')}
          </Button>
        </div>
      )}
    </>
  )
}

/** Whether the browser still refuses. Any other failure is a stream that was replaced meanwhile. */
async function playAll(elements: ReadonlySet<HTMLAudioElement>): Promise<boolean> {
  try {
    await Promise.all([...elements].map((element) => element.play()))
    return false
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotAllowedError'
  }
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
