import { ownAddress } from '../harness/firefox.ts'
import { inbound, observe } from '../harness/inbound.ts'
import { publishNearRollover } from '../harness/gstreamer.ts'
import { framesDecoded, look, shows } from '../harness/picture.ts'
import { attend } from '../harness/room.ts'
import { hears } from '../harness/sound.ts'
import { expect, test } from '../harness/story.ts'
import { publish, type Encoding } from '../harness/whip.ts'

// GStreamer has no candidates on 127.0.0.1 either.
test.use({ mediaAddress: ownAddress() })

const ENCODINGS: Encoding[] = [
  { mimeType: 'video/vp9', scalabilityMode: 'L3T3' },
  { mimeType: 'video/av1', scalabilityMode: 'L3T3' },
  { mimeType: 'video/vp9', scalabilityMode: 'L3T3_KEY' },
  { mimeType: 'video/av1', scalabilityMode: 'L1T3' },
  { mimeType: 'video/h264', simulcast: true },
  // Without a mode Chromium makes layers of one stream of it.
  { mimeType: 'video/vp9', scalabilityMode: 'L1T1', simulcast: true },
  { mimeType: 'video/vp8', simulcast: true },
]

test('one viewer follows the chair through all codecs in the same slot', async ({ gathering }) => {
  test.slow()
  const chair = await gathering.page('chair')
  const commune = await gathering.page('commune')
  await observe(commune)
  await attend(commune, 'commune', gathering.briefing)
  for (const encoding of ENCODINGS) {
    const name = [encoding.mimeType, encoding.scalabilityMode ?? '', encoding.simulcast === true ? 'simulcast' : ''].join(' ')
    await test.step(name, async () => {
      await publish(chair, gathering.server.base, 'chair', gathering.briefing, encoding)
      await expect
        .poll(async () => (await inbound(commune, 'video')).map((stream) => stream.mimeType), { message: name, timeout: 20_000 })
        .toContain(encoding.mimeType)
      await shows(commune, 'main-video', 'chair')
      // The link has room for the highest layer, and the decoder gets a whole picture of it.
      await expect
        .poll(() => commune.evaluate(() => document.querySelector<HTMLVideoElement>('[data-testid="main-video"]')?.videoHeight), { message: `${name}: full height`, timeout: 20_000 })
        .toBe(360)
      const before = await framesDecoded(commune, 'main-video')
      await expect.poll(() => framesDecoded(commune, 'main-video'), { message: `${name} goes on`, timeout: 10_000 }).toBeGreaterThan(before + 30)
    })
  }
})

test('numbers of a source that roll over are not seen by a viewer', async ({ gathering }) => {
  const commune = await gathering.page('commune')
  await observe(commune)
  await attend(commune, 'commune', gathering.briefing)
  const encoder = await publishNearRollover(gathering.server.base, 'chair', gathering.briefing)
  try {
    await expect.poll(async () => (await look(commune, 'main-video'))?.colour[1] ?? 0, { message: 'the plain green', timeout: 20_000 }).toBeGreaterThan(100)
    const [before] = await inbound(commune, 'video')
    await commune.waitForTimeout(12_000)
    const [after] = await inbound(commune, 'video')
    expect((after?.framesDecoded ?? 0) - (before?.framesDecoded ?? 0)).toBeGreaterThan(120)
    expect(after?.freezeCount).toBe(before?.freezeCount)
  } finally {
    encoder.kill()
  }
})

test('voices come redundantly to whoever takes that, and are heard without a gap', async ({ gathering }) => {
  const chair = await gathering.page('chair')
  await observe(chair)
  await attend(chair, 'chair', gathering.briefing)
  const commune = await gathering.page('commune')
  await observe(commune)
  await attend(commune, 'commune', gathering.briefing)
  await hears(commune)
  const agreed = await chair.evaluate(() => {
    const connection = (window as unknown as { made: RTCPeerConnection[] }).made.at(-1)
    const sdp = connection?.remoteDescription?.sdp ?? ''
    const first = /^m=audio \d+ \S+ (\d+)/m.exec(sdp)?.[1] ?? ''
    return new RegExp(`^a=rtpmap:${first} (\\S+)`, 'm').exec(sdp)?.[1]
  })
  expect(agreed, 'what the chair sends').toBe('red/48000/2')
  const [before] = await inbound(commune, 'audio')
  await commune.waitForTimeout(5_000)
  const [after] = await inbound(commune, 'audio')
  const grown = (of: 'concealedSamples' | 'totalSamplesReceived' | 'packetsDiscarded') => (after?.[of] ?? 0) - (before?.[of] ?? 0)
  expect(grown('packetsDiscarded')).toBeGreaterThan(100)
  const share = grown('concealedSamples') / grown('totalSamplesReceived')
  console.log(`    concealed: ${(share * 100).toFixed(2)} %`)
  expect(share).toBeLessThan(0.02)
})
