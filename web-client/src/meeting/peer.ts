import type { SlotKind } from '../protocol/generated'
import type { SlotCounts } from './slots'

/** Layers of the camera at 720p: a quarter for thumbnails, a half for narrow links, the whole for the main picture. */
const CAMERA_LAYERS: RTCRtpEncodingParameters[] = [
  { rid: 'l', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'm', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'h', scaleResolutionDownBy: 1, maxBitrate: 1_600_000 },
]

const CONTENT_LAYER: RTCRtpEncodingParameters = { maxBitrate: 1_500_000, maxFramerate: 5 }

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
  preferVp8(camera)
  preferVp8(content)
  const receivers = (['audio', 'main', 'content', 'thumbnail'] as const).flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, index) => {
      const transceiver = connection.addTransceiver(kind === 'audio' ? 'audio' : 'video', {
        direction: 'recvonly',
      })
      return { kind, index, stream: new MediaStream([transceiver.receiver.track]) }
    }),
  )
  return { connection, microphone, camera, content, receivers }
}

/** VP8 is what every browser decodes; H.264 stays in the offer for those that have only that. */
function preferVp8(transceiver: RTCRtpTransceiver): void {
  const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? []
  const isVp8 = (codec: { mimeType: string }): boolean => codec.mimeType.toLowerCase() === 'video/vp8'
  const sorted = [...codecs.filter(isVp8), ...codecs.filter((codec) => !isVp8(codec))]
  if (sorted.length > 0) transceiver.setCodecPreferences(sorted)
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
