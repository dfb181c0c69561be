import type { SlotKind } from '../protocol/generated'
import type { SlotCounts } from './slots'

/** Layers of the camera at 720p: a quarter for thumbnails, a half for narrow links, the whole for the main picture. */
const CAMERA_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 1_600_000 },
]

/** Small text needs its pixels and not their motion: one layer at full size, and bits enough for a page that turns. */
const CONTENT_LAYER: RTCRtpEncodingParameters = { maxBitrate: 2_500_000, maxFramerate: 5 }

/** The peer connection with its fixed set of transceivers, which never changes while it lives. */
export interface Peer {
  connection: RTCPeerConnection
  microphone: RTCRtpTransceiver
  camera: RTCRtpTransceiver
  content: RTCRtpTransceiver
  receivers: { kind: SlotKind; index: number; stream: MediaStream }[]
}

/** Makes the connection; the order of the transceivers is the protocol (see `MediaRequest::Offer`). */
export function createPeer(iceServers: RTCIceServer[], counts: SlotCounts): Peer {
  const connection = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' })
  const microphone = connection.addTransceiver('audio', { direction: 'sendonly' })
  const camera = connection.addTransceiver('video', {
    direction: 'sendonly',
    sendEncodings: CAMERA_LAYERS.map((layer) => ({ ...layer })),
  })
  const content = connection.addTransceiver('video', {
    direction: 'sendonly',
    sendEncodings: [{ ...CONTENT_LAYER }],
  })
  prefer(microphone, 'audio', ['audio/red', 'audio/opus'])
  // VP8 is the room's common codec: every browser decodes it. The others stay in the offer for those that lack it.
  prefer(camera, 'video', ['video/vp8'])
  prefer(content, 'video', ['video/vp8'])
  const receivers = (['audio', 'main', 'content', 'thumbnail'] as const).flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, index) => {
      const transceiver = connection.addTransceiver(kind === 'audio' ? 'audio' : 'video', {
        direction: 'recvonly',
      })
      if (kind !== 'audio') takeDependencyDescriptor(transceiver)
      return { kind, index, stream: new MediaStream([transceiver.receiver.track]) }
    }),
  )
  return { connection, microphone, camera, content, receivers }
}

/** Puts these codecs first, in this order, among those that the browser has. */
function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video', wanted: string[]): void {
  const codecs = RTCRtpReceiver.getCapabilities(kind)?.codecs ?? []
  const rank = (codec: { mimeType: string }): number => {
    const place = wanted.indexOf(codec.mimeType.toLowerCase())
    return place < 0 ? wanted.length : place
  }
  const sorted = codecs.toSorted((a, b) => rank(a) - rank(b))
  if (sorted.length > 0) transceiver.setCodecPreferences(sorted)
}

const DEPENDENCY_DESCRIPTOR =
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension'

interface HeaderExtension {
  uri: string
  direction: string
}

/** Browsers know it and don't offer it; without it only all layers of an AV1 stream can be decoded, or none. */
function takeDependencyDescriptor(transceiver: RTCRtpTransceiver): void {
  const control = transceiver as RTCRtpTransceiver & {
    getHeaderExtensionsToNegotiate?: () => HeaderExtension[]
    setHeaderExtensionsToNegotiate?: (extensions: HeaderExtension[]) => void
  }
  const known = control.getHeaderExtensionsToNegotiate?.() ?? []
  const wanted = known.map((one) => (one.uri === DEPENDENCY_DESCRIPTOR ? { ...one, direction: 'sendrecv' } : one))
  control.setHeaderExtensionsToNegotiate?.(wanted)
}

/** Keeps the content's size when the way up is narrow, and lets its frame rate fall. */
export async function keepContentSharp(content: RTCRtpTransceiver): Promise<void> {
  const parameters = content.sender.getParameters() as RTCRtpSendParameters & { degradationPreference?: string }
  if (parameters.degradationPreference === 'maintain-resolution') return
  parameters.degradationPreference = 'maintain-resolution'
  await content.sender.setParameters(parameters)
}

/** Starts or stops sending on a sender without renegotiation, so that 3,000 silent microphones cost nothing. */
export async function setSending(transceiver: RTCRtpTransceiver, active: boolean): Promise<void> {
  const parameters = transceiver.sender.getParameters()
  if (parameters.encodings.length === 0) return
  if (parameters.encodings.every((encoding) => encoding.active === active)) return
  for (const encoding of parameters.encodings) encoding.active = active
  await transceiver.sender.setParameters(parameters)
}

/** The DTLS fingerprint in a description. A server that was restarted has another one. */
export function fingerprintOf(sdp: string | undefined): string | null {
  return /^a=fingerprint:\S+ (\S+)/m.exec(sdp ?? '')?.[1]?.toUpperCase() ?? null
}
