import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { joinBriefing } from '@/api/briefings'
import { ApiError } from '@/api/problem'
import { getChoices } from '@/features/lobby/choices'
import { useTheme } from '@/lib/theme'
import { useTitle } from '@/lib/title'
import { accessFrom, AccessRefused, Meeting, webSocketUrl, type Access } from '@/meeting'
import { MeetingContext, useSnapshot } from './context'
import { ChairFace } from './chair/ChairFace'
import { Ended } from './gates/Ended'
import { Entering } from './gates/Entering'
import { Waiting } from './gates/Waiting'
import { Refusals } from './parts/Refusals'
import { RoomAudio } from './parts/RoomAudio'
import { PointFace } from './point/PointFace'
import { SecretaryFace } from './secretary/SecretaryFace'

const route = getRouteApi('/signed-in/phien/$id/hop')

/** The meeting room. Which face it shows follows from the role in this briefing. */
export function RoomPage() {
  const { id } = route.useParams()
  return <MeetingRoom key={id} briefing={id} />
}

function MeetingRoom({ briefing }: { briefing: string }) {
  const [meeting] = useState(() => meetingFor(briefing))
  useEffect(() => {
    void meeting.start()
    return () => meeting.stop()
  }, [meeting])
  return (
    <MeetingContext value={meeting}>
      <Room />
    </MeetingContext>
  )
}

function Room() {
  const { t } = useTranslation('room')
  const status = useSnapshot((snapshot) => snapshot.status)
  const gate = useSnapshot(({ view }) =>
    view === null ? 'entering' : view.me.admitted ? view.me.label.role : 'waiting',
  )
  const title = useSnapshot(({ view }) => view?.briefing.title ?? null)
  useTheme(gate === 'secretary' && status.kind !== 'ended' ? 'light' : 'dark')
  useTitle(title ?? t('title'))
  if (status.kind === 'ended') return <Ended reason={status.reason} />
  if (gate === 'entering') return <Entering />
  if (gate === 'waiting') return <Waiting />
  return (
    <>
      {gate === 'chair' ? <ChairFace /> : gate === 'secretary' ? <SecretaryFace /> : <PointFace />}
      <RoomAudio />
      <Refusals />
    </>
  )
}

const THUMBNAILS = 5
const THUMBNAILS_ON_A_PHONE = 2

function meetingFor(briefing: string): Meeting {
  const choices = getChoices()
  return new Meeting(
    accessFrom(() => join(briefing)),
    {
      thumbnails: window.matchMedia('(width < 50rem)').matches ? THUMBNAILS_ON_A_PHONE : THUMBNAILS,
      devices: {
        microphoneId: choices.microphoneId ?? undefined,
        cameraId: choices.cameraId ?? undefined,
        withCamera: choices.cameraOn && !choices.audioOnly,
      },
    },
  )
}

async function join(briefing: string): Promise<Access> {
  try {
    const answer = await joinBriefing(briefing)
    return {
      token: answer.join_token,
      wsUrl: webSocketUrl(answer.ws_url, location.href),
      iceServers: answer.ice_servers,
    }
  } catch (error) {
    // What is refused stays refused; what failed is tried again.
    if (error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429)
      throw new AccessRefused(error.code)
    throw error
  }
}
