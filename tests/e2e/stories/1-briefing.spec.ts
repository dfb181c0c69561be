import { firstSeen, framesDecoded, shows, watchFor } from '../harness/picture.ts'
import { enterRoom, inState, openLobby, queue, signIn, stateBlock } from '../harness/room.ts'
import { hears, hearsNothing, loudness } from '../harness/sound.ts'
import { expect, test } from '../harness/story.ts'

test('a chair, a province and a commune hold a briefing', async ({ gathering }) => {
  const chair = await gathering.page('chair')
  const province = await gathering.page('province')
  const commune = await gathering.page('commune')

  await test.step('each signs in through the form, passes the lobby, enters', async () => {
    for (const [page, who] of [
      [chair, 'chair'],
      [province, 'province'],
      [commune, 'commune'],
    ] as const) {
      await signIn(page, who)
      await openLobby(page, gathering.briefing)
      await enterRoom(page)
    }
    await expect(chair.getByTestId('chair-face')).toBeVisible()
    await expect(province.getByTestId('point-face')).toBeVisible()
    await inState(province, 'off')
    await inState(commune, 'off')
  })

  await test.step('the points decode the chair and hear it', async () => {
    await inState(chair, 'speaking')
    await shows(province, 'main-video', 'chair')
    await shows(commune, 'main-video', 'chair')
    await hears(province)
    await hears(commune)
    const before = await framesDecoded(commune, 'main-video')
    await commune.waitForTimeout(2_000)
    expect(await framesDecoded(commune, 'main-video')).toBeGreaterThan(before + 10)
  })

  await test.step('with the chair silent nobody is heard, though two microphones talk', async () => {
    await stateBlock(chair).click()
    await inState(chair, 'off')
    await chair.waitForTimeout(500)
    await Promise.all([hearsNothing(chair), hearsNothing(province), hearsNothing(commune)])
  })

  let granted = 0
  await test.step('the province raises its hand, the chair grants with one press', async () => {
    await province.getByTestId('hand').click()
    await expect(province.getByTestId('hand-raised')).toContainText('Số 1')
    await expect.poll(() => queue(chair)).toHaveLength(1)
    await watchFor(commune, 'main-video', 'province')
    await watchFor(chair, 'main-video', 'province')
    const [seat] = await queue(chair)
    granted = await chair.getByTestId(`grant-${seat ?? ''}`).evaluate((button: HTMLElement) => {
      const at = Date.now()
      button.click()
      return at
    })
    await inState(province, 'invited')
    await province.getByTestId('open-mic').click()
    await inState(province, 'speaking')
  })

  await test.step('the speaker is on the main picture within 1 s and is heard', async () => {
    const atCommune = (await firstSeen(commune)) - granted
    const atChair = (await firstSeen(chair)) - granted
    console.log(`    main picture after the grant: commune ${atCommune} ms, chair ${atChair} ms`)
    expect(atCommune).toBeLessThan(1_000)
    expect(atChair).toBeLessThan(1_000)
    await shows(commune, 'main-video', 'province')
    await shows(chair, 'main-video', 'province')
    await hears(commune)
    await hears(chair)
    // Nobody hears himself.
    expect(await loudness(province, 1_500)).toBeLessThan(0.002)
  })

  await test.step('the floor ends, and with it the sound', async () => {
    await province.getByTestId('end-floor').click()
    await inState(province, 'off')
    await chair.waitForTimeout(500)
    await Promise.all([hearsNothing(chair), hearsNothing(commune)])
  })
})

test('a screen shared with the secretary’s consent is everybody’s content', async ({ gathering }) => {
  const secretary = await gathering.seat('secretary')
  const province = await gathering.seat('province')
  const commune = await gathering.seat('commune')
  await province.getByTestId('share').click()
  await secretary.locator('[data-testid^="approve-share-"]').click()
  // Chromium's fake screen is plain green, 1366 × 768.
  await expect
    .poll(
      async () =>
        commune.evaluate(() => {
          const video = document.querySelector<HTMLVideoElement>('video[data-testid="content-video"]')
          if (!video || video.readyState < 2) return 'no picture'
          const canvas = document.createElement('canvas')
          canvas.width = canvas.height = 1
          const context = canvas.getContext('2d')
          context?.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1)
          const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? []
          return green > 200 && red < 130 && blue < 90 ? 'the shared screen' : `${red}, ${green}, ${blue}`
        }),
      { timeout: 20_000 },
    )
    .toBe('the shared screen')
  await province.getByTestId('share').click()
  await expect(commune.getByTestId('content-video')).toHaveCount(0)
})

test('a reload brings back the same seat and the place in the queue', async ({ gathering }) => {
  const chair = await gathering.seat('chair')
  const commune = await gathering.seat('commune')
  const province = await gathering.seat('province')
  await province.getByTestId('hand').click()
  await expect.poll(() => queue(chair)).toHaveLength(1)
  await commune.getByTestId('hand').click()
  await expect.poll(() => queue(chair)).toHaveLength(2)
  const before = await queue(chair)
  await province.reload()
  await expect(province.getByTestId('hand-raised')).toContainText('Số 1', { timeout: 15_000 })
  await shows(province, 'main-video', 'chair')
  expect(await queue(chair)).toEqual(before)
  const [seat] = before
  await chair.getByTestId(`grant-${seat ?? ''}`).click()
  await inState(province, 'invited')
})
