import type { Page } from '@playwright/test'
import { Api } from './api.ts'
import { PEOPLE, type Who } from './people.ts'

/** How a camera is sent. */
export interface Encoding {
  /** As in `RTCRtpCodec.mimeType`, in lower case. */
  mimeType: string
  /** As in `RTCRtpEncodingParameters`. */
  scalabilityMode?: string
  /** Two streams of their own. */
  simulcast?: boolean
}

/** Sends this page's fake camera and microphone as somebody's by WHIP, instead of what the page sent before. */
export async function publish(page: Page, base: string, who: Who, briefing: string, encoding: Encoding): Promise<void> {
  const api = await Api.signIn(base, PEOPLE[who].username)
  const { join_token } = await api.post<{ join_token: string }>(`/briefings/${briefing}/join`, {})
  await page.goto('/dang-nhap')
  await page.evaluate(send, { url: `/whip/${briefing}`, token: join_token, encoding })
}

async function send({ url, token, encoding }: { url: string; token: string; encoding: Encoding }): Promise<void> {
  const camera = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } })
  const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' })
  ;(window as unknown as { published: RTCPeerConnection }).published = connection
  const [sound, picture] = [camera.getAudioTracks()[0], camera.getVideoTracks()[0]]
  if (!sound || !picture) throw new Error('no fake devices')
  connection.addTransceiver(sound, { direction: 'sendonly' })
  const { scalabilityMode } = encoding
  const one = scalabilityMode === undefined ? {} : { scalabilityMode }
  const layers = [
    { ...one, rid: 'l', scaleResolutionDownBy: 2 },
    { ...one, rid: 'h', scaleResolutionDownBy: 1 },
  ]
  const video = connection.addTransceiver(picture, {
    direction: 'sendonly',
    sendEncodings: encoding.simulcast === true ? layers : [one as RTCRtpEncodingParameters],
  })
  const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? []
  const wanted = codecs.filter((codec) => [encoding.mimeType, 'video/rtx'].includes(codec.mimeType.toLowerCase()))
  video.setCodecPreferences(wanted)
  const control = video as RTCRtpTransceiver & {
    getHeaderExtensionsToNegotiate(): { uri: string; direction: string }[]
    setHeaderExtensionsToNegotiate(extensions: { uri: string; direction: string }[]): void
  }
  const extensions = control.getHeaderExtensionsToNegotiate()
  control.setHeaderExtensionsToNegotiate(extensions.map((one) => (one.uri.includes('dependency-descriptor') ? { ...one, direction: 'sendrecv' } : one)))
  await connection.setLocalDescription(await connection.createOffer())
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' }
  const answer = await fetch(url, { method: 'POST', headers, body: connection.localDescription?.sdp ?? '' })
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`)
  await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() })
}
