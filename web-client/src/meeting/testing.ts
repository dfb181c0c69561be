import type { Holder, SeatLabel, View } from '../protocol/generated'
import { NO_MEDIA, type MediaSnapshot } from './media'
import type { MicFacts } from './mic-state'
import { viewOf } from './state'

/** Views for tests: a province at one of whose points we sit. */
export const NOW = Date.parse('2026-11-24T02:42:00Z')

export function label(seat: string, name: string, role: SeatLabel['role'] = 'delegate'): SeatLabel {
  return {
    seat,
    point: `point-${seat}`,
    unit: seat,
    name,
    within: '',
    person: '',
    title: 'Chủ tịch UBND xã',
    role,
    connected: true,
  }
}

export const CHAIR = label('chair', 'Bộ Nội vụ', 'chair')
export const ME = label('me', 'Xã Mù Cang Chải')

export function holder(of: SeatLabel, change: Partial<Holder> = {}): Holder {
  return {
    label: of,
    granted_at: at(-200),
    state: 'speaking',
    speaking_since: at(-161),
    limit_seconds: 300,
    reminded: 0,
    ...change,
  }
}

/** Seconds from {@link NOW}, as the wire writes it. */
export function at(seconds: number): string {
  return new Date(NOW + seconds * 1_000).toISOString()
}

export function view(me: SeatLabel = ME): View {
  return {
    briefing: {
      id: 'briefing',
      title: 'Giao ban tuần',
      host: 'TW',
      host_name: 'Bộ Nội vụ',
      starts_at: at(-4_000),
      ends_at: at(4_000),
      parent: null,
      lobby_on: false,
      locked: false,
      floor_limit_seconds: 300,
      floor_delegated: false,
    },
    phase: 'in_session',
    me: {
      label: me,
      account: 'account',
      admitted: true,
      may_grant: false,
      board: false,
      representative: null,
      headcount: null,
      share: 'none',
      muted_by_chair: null,
    },
    floor: { holders: [], queue: [], chair_mic: false, chair: CHAIR, undo_until: null, undo_count: 0 },
    stage: { main: CHAIR, pinned: false, content: null, share_requests: [], strip: [] },
    agenda: { items: [], current: null, current_since: null, current_until: null },
    roll_call: null,
    counts: {
      points: 3,
      present: 0,
      absent: 0,
      excused: 0,
      late: 0,
      weak: 0,
      lost: 0,
      deputised: 0,
      hands: 0,
      headcount: 0,
      waiting: 0,
    },
    points: [],
    chat: [],
    lobby: [],
    children: [],
    quality: [],
  }
}

/** A point that listens over a good link, with its microphone off. */
export function listening(change: (view: View) => void = () => undefined, media: Partial<MediaSnapshot> = {}): MicFacts {
  const changed = view()
  change(changed)
  return {
    now: NOW,
    serverNow: NOW,
    status: { kind: 'live', since: NOW - 60_000 },
    view: viewOf(changed),
    openedHere: false,
    cameraNoticeUntil: 0,
    media: { ...NO_MEDIA, phase: 'connected', since: NOW - 60_000, microphone: 'ready', camera: 'ready', ...media },
  }
}

/** What the media session says when our packets really leave and are forwarded. */
export const HEARD: Partial<MediaSnapshot> = {
  micOpen: true,
  micForwarded: true,
  sending: 'arriving',
  sendingSince: NOW - 60_000,
}
