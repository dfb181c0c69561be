import { startTransition, useEffect, useMemo, useRef, useState } from 'react'
import type { PointRow } from '@/protocol/generated'
import { useMeeting } from '../context'
import { boardLines, nameOrder, settle, type BoardWish, type Line, type NameOrder, type Settled } from './board'

const EVERY_MS = 1_000

type Points = ReadonlyMap<string, PointRow>

interface Picture {
  points: Points
  settled: Settled
}

const NOTHING: Settled = new Map()
const EMPTY: Picture = { points: new Map(), settled: NOTHING }

/**
 * The board's rows, at most once a second however many messages arrive. `frozen` is read at each update. Empty in the first
 * drawing: the face is there before the rows of a large briefing are sorted and drawn.
 */
export function usePoints(frozen: () => boolean): Picture {
  const meeting = useMeeting()
  const frozenNow = useRef(frozen)
  useEffect(() => {
    frozenNow.current = frozen
  })
  const [picture, setPicture] = useState(EMPTY)
  useEffect(() => {
    const look = () => {
      const points = meeting.snapshot.get().view?.points
      if (!points) return
      startTransition(() =>
        setPicture((before) => {
          const lagging =
            before.points !== points || [...before.settled.values()].some((place) => place.recoveredAt !== null)
          if (!lagging) return before
          return { points, settled: settle(before.settled, points, Date.now(), frozenNow.current()) }
        }),
      )
    }
    // A task of its own, after the first drawing.
    const first = window.setTimeout(look)
    const timer = window.setInterval(look, EVERY_MS)
    return () => {
      window.clearTimeout(first)
      window.clearInterval(timer)
    }
  }, [meeting])
  return picture
}

/** Names are sorted again only when a point is added. */
export function useNameOrder(points: Points): NameOrder {
  const size = points.size
  // Names and groups of known points do not change during a briefing.
  // eslint-disable-next-line react-hooks/exhaustive-deps
  return useMemo(() => nameOrder(points), [size])
}

export function useLines(picture: Picture, order: NameOrder, wish: BoardWish): Line[] {
  return useMemo(() => boardLines(picture.points, order, picture.settled, wish), [picture, order, wish])
}
