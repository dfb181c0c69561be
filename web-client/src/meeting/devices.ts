/** Why a camera or a microphone gives nothing. */
export type DeviceState = 'asking' | 'ready' | 'missing' | 'denied' | 'busy'

export interface LocalDevices {
  microphone: { state: DeviceState; track: MediaStreamTrack | null }
  camera: { state: DeviceState; track: MediaStreamTrack | null }
}

export interface DeviceChoice {
  microphoneId?: string | undefined
  cameraId?: string | undefined
  /** False: this person enters with sound only. */
  withCamera: boolean
}

const PICTURE: MediaTrackConstraints = {
  width: { ideal: 1280 },
  height: { ideal: 720 },
  frameRate: { ideal: 25, max: 30 },
}

const SOUND: MediaTrackConstraints = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
  channelCount: { ideal: 1 },
}

/**
 * Opens microphone and camera. One prompt for both where the browser allows it; when one of the two fails, the other is
 * still opened, since a room without a camera must be able to speak.
 */
export async function openDevices(choice: DeviceChoice): Promise<LocalDevices> {
  if (!choice.withCamera) {
    return { microphone: await openMicrophone(choice), camera: { state: 'missing', track: null } }
  }
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: soundOf(choice),
      video: pictureOf(choice),
    })
    return {
      microphone: ready(stream.getAudioTracks()[0]),
      camera: ready(stream.getVideoTracks()[0]),
    }
  } catch {
    return { microphone: await openMicrophone(choice), camera: await openCamera(choice) }
  }
}

export async function openMicrophone(choice: DeviceChoice): Promise<LocalDevices['microphone']> {
  return open(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: soundOf(choice) })
    return stream.getAudioTracks()[0]
  })
}

export async function openCamera(choice: DeviceChoice): Promise<LocalDevices['camera']> {
  return open(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: pictureOf(choice) })
    return stream.getVideoTracks()[0]
  })
}

function soundOf(choice: DeviceChoice): MediaTrackConstraints {
  return choice.microphoneId ? { ...SOUND, deviceId: { ideal: choice.microphoneId } } : SOUND
}

function pictureOf(choice: DeviceChoice): MediaTrackConstraints {
  return choice.cameraId ? { ...PICTURE, deviceId: { ideal: choice.cameraId } } : PICTURE
}

async function open(
  ask: () => Promise<MediaStreamTrack | undefined>,
): Promise<{ state: DeviceState; track: MediaStreamTrack | null }> {
  try {
    return ready(await ask())
  } catch (error) {
    return { state: reasonOf(error), track: null }
  }
}

function ready(track: MediaStreamTrack | undefined): { state: DeviceState; track: MediaStreamTrack | null } {
  return track ? { state: 'ready', track } : { state: 'missing', track: null }
}

function reasonOf(error: unknown): DeviceState {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return 'missing'
}
