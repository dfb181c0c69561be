/** Opens camera and microphone for the lobby and keeps what became of each apart from the other. */

export type DeviceState =
  /** The browser is asking, or the device is opening. */
  | 'opening'
  | 'ready'
  /** The person or the browser's settings said no. */
  | 'denied'
  /** No such device. */
  | 'missing'
  /** Another program holds it, or the hardware failed. */
  | 'busy'
  /** The page is not served over https, so the browser offers no devices at all. */
  | 'insecure'

export interface PreviewState {
  camera: DeviceState
  microphone: DeviceState
  stream: MediaStream | null
  devices: MediaDeviceInfo[]
}

export type MediaErrorKind = Exclude<DeviceState, 'opening' | 'ready' | 'insecure'>

/** What a refusal of getUserMedia means for the person. */
export function refusalOf(error: unknown): MediaErrorKind {
  const name = error instanceof DOMException || error instanceof Error ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'missing'
  return 'busy'
}

const VIDEO: MediaTrackConstraints = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25 } }
const AUDIO: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true }

const withDevice = (base: MediaTrackConstraints, id: string | null): MediaTrackConstraints =>
  // "ideal" and not "exact": a camera that was unplugged since must not keep anybody out.
  id === null ? base : { ...base, deviceId: { ideal: id } }

export class Preview {
  private state: PreviewState = { camera: 'opening', microphone: 'opening', stream: null, devices: [] }
  private readonly listeners = new Set<() => void>()
  /** Counts openings, so that a slow old one is thrown away when it arrives. */
  private round = 0

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  readonly snapshot = () => this.state

  async open(cameraId: string | null, microphoneId: string | null, wantCamera: boolean): Promise<void> {
    const round = ++this.round
    this.release()
    this.set({ camera: 'opening', microphone: 'opening', stream: null })
    // The types promise it, browsers without https do not keep it.
    const media = navigator.mediaDevices as MediaDevices | undefined
    if (media === undefined) {
      this.set({ camera: 'insecure', microphone: 'insecure' })
      return
    }
    const video = withDevice(VIDEO, cameraId)
    const audio = withDevice(AUDIO, microphoneId)
    const opened = await openBoth(media, wantCamera ? video : null, audio)
    const devices = await media.enumerateDevices().catch(() => [])
    if (round !== this.round) {
      opened.tracks.forEach((track) => track.stop())
      return
    }
    this.set({
      camera: opened.camera,
      microphone: opened.microphone,
      stream: opened.tracks.length > 0 ? new MediaStream(opened.tracks) : null,
      devices,
    })
  }

  close(): void {
    this.round++
    this.release()
    this.set({ stream: null })
  }

  private release() {
    this.state.stream?.getTracks().forEach((track) => track.stop())
  }

  private set(change: Partial<PreviewState>) {
    this.state = { ...this.state, ...change }
    this.listeners.forEach((listener) => listener())
  }
}

interface Opened {
  camera: DeviceState
  microphone: DeviceState
  tracks: MediaStreamTrack[]
}

/** One question for both; when that fails, each alone, so that a missing camera does not cost the microphone. */
async function openBoth(
  media: MediaDevices,
  video: MediaTrackConstraints | null,
  audio: MediaTrackConstraints,
): Promise<Opened> {
  if (video !== null) {
    try {
      const stream = await media.getUserMedia({ video, audio })
      return { camera: 'ready', microphone: 'ready', tracks: stream.getTracks() }
    } catch {
      // Which of the two it was is found out below.
    }
  }
  const camera = video === null ? null : await openOne(media, 'camera', { video })
  const microphone = await openOne(media, 'microphone', { audio })
  return {
    camera: camera?.state ?? 'ready',
    microphone: microphone.state,
    tracks: [...(camera?.tracks ?? []), ...microphone.tracks],
  }
}

async function openOne(
  media: MediaDevices,
  name: 'camera' | 'microphone',
  constraints: MediaStreamConstraints,
): Promise<{ state: DeviceState; tracks: MediaStreamTrack[] }> {
  // Asking again about what was refused would only show the question twice.
  if (await isBlocked(name)) return { state: 'denied', tracks: [] }
  try {
    const stream = await media.getUserMedia(constraints)
    return { state: 'ready', tracks: stream.getTracks() }
  } catch (error) {
    return { state: refusalOf(error), tracks: [] }
  }
}

async function isBlocked(name: 'camera' | 'microphone'): Promise<boolean> {
  try {
    const status = await navigator.permissions.query({ name })
    return status.state === 'denied'
  } catch {
    return false
  }
}
