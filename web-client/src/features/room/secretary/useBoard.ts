import { useEffect, useMemo, useRef, useState } from 'react'
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

/** The board's rows, at most once a second however many messages arrive. `frozen` is read at each update. */
export function usePoints(frozen: () => boolean): Picture {
  const meeting = useMeeting()
  const frozenNow = useRef(frozen)
  useEffect(() => {
    frozenNow.current = frozen
  })
  const [picture, setPicture] = useState<Picture>(() => {
    const points = meeting.snapshot.get().view?.points ?? new Map<string, PointRow>()
    return { points, settled: settle(NOTHING, points, Date.now(), false) }
  })
  useEffect(() => {
    const timer = window.setInterval(() => {
      const points = meeting.snapshot.get().view?.points
      if (!points) return
      setPicture((before) => {
        const lagging =
          before.points !== points || [...before.settled.values()].some((place) => place.recoveredAt !== null)
        if (!lagging) return before
        return { points, settled: settle(before.settled, points, Date.now(), frozenNow.current()) }
      })
    }, EVERY_MS)
    return () => window.clearInterval(timer)
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
