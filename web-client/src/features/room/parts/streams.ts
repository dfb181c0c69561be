import { useMemo } from 'react'
import { slotOf, slotShowing, type SlotState } from '@/meeting'
import { useMedia, useView } from '../context'

export interface Picture {
  stream: MediaStream | null
  /** False: nothing arrives now (camera off, paused, or cut). */
  live: boolean
  own: boolean
}

const NOTHING: Picture = { stream: null, live: false, own: false }

/** This point's own camera; the same stream object for as long as the track is the same. */
export function useOwnPicture(): Picture {
  const track = useMedia((media) => media.cameraTrack)
  const on = useMedia((media) => media.cameraOn && !media.cameraReduced)
  return useMemo(
    () => (track ? { stream: new MediaStream([track]), live: on, own: true } : { ...NOTHING, own: true }),
    [track, on],
  )
}

/** Whatever is large on everybody's screen. The own picture is not sent back to us: it is drawn from the camera. */
export function useMainPicture(): Picture {
  const slots = useMedia((media) => media.slots)
  const me = useView((view) => view.me.label.seat)
  const main = useView((view) => view.stage.main?.seat ?? null)
  const own = useOwnPicture()
  if (main === me) return own
  return pictureOf(slotOf(slots, 'main'))
}

export function useContentPicture(): Picture {
  const slots = useMedia((media) => media.slots)
  return pictureOf(slotOf(slots, 'content'))
}

/** A seat's camera, from whichever slot shows it now. */
export function useSeatPicture(seat: string | null): Picture {
  const slots = useMedia((media) => media.slots)
  const me = useView((view) => view.me.label.seat)
  const own = useOwnPicture()
  if (seat === null) return NOTHING
  if (seat === me) return own
  return pictureOf(slotShowing(slots, seat))
}

function pictureOf(slot: SlotState | undefined): Picture {
  return slot ? { stream: slot.stream, live: slot.live, own: false } : NOTHING
}
