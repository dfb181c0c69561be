import { Api } from '../harness/api.ts'
import { PEOPLE, type Who } from '../harness/people.ts'
import { inState, queue } from '../harness/room.ts'
import { expect, test } from '../harness/story.ts'
import { readWorkbook, vietnamTime } from '../harness/xlsx.ts'

type Cells = (string | number)[]

/** Rows of a sheet as objects by heading; the headings are the first row that holds `key`. */
function table(sheet: Cells[] | undefined, key: string): Record<string, string | number>[] {
  const rows = sheet ?? []
  const at = rows.findIndex((row) => row.includes(key))
  const headings = rows[at] ?? []
  return rows.slice(at + 1).map((row) => Object.fromEntries(headings.map((heading, column) => [String(heading), row[column] ?? ''])))
}

/** A recorded time lies between what was noted before and after, whole seconds. */
function between(cell: string | number | undefined, before: number, after: number, what: string): void {
  expect(typeof cell, `${what} is a time: ${String(cell)}`).toBe('number')
  const recorded = vietnamTime(cell as number)
  expect(recorded, what).toBeGreaterThanOrEqual(Math.floor(before / 1_000) * 1_000)
  expect(recorded, what).toBeLessThanOrEqual(after)
}

test('roll call, headcount and the workbook agree with what happened', async ({ gathering }) => {
  const { server, briefing } = gathering
  const names = new Map<Who, { code: string; point: string }>()
  for (const who of ['province', 'commune'] as const) {
    const api = await Api.signIn(server.base, PEOPLE[who].username)
    const me = await api.get<{ unit: { code: string }; point_id: string }>('/auth/me')
    const points = await api.get<{ items: { id: string; name: string }[] }>(`/points?unit=${me.unit.code}`)
    const point = points.items.find(({ id }) => id === me.point_id)
    names.set(who, { code: me.unit.code, point: point?.name ?? '' })
  }

  const chair = await gathering.seat('chair')
  const secretary = await gathering.seat('secretary')
  const beforeCommune = Date.now()
  const commune = await gathering.seat('commune')
  const afterCommune = Date.now()
  const province = await gathering.seat('province')

  await commune.getByTestId('headcount').click()
  const dialog = commune.getByRole('dialog')
  const count = dialog.getByRole('textbox')
  await count.fill('17')
  await count.press('Tab')
  await commune.getByTestId('headcount-save').click()
  await expect(commune.getByTestId('headcount')).toContainText('17')

  await secretary.getByTestId('roll-start').click()
  await expect(commune.getByTestId('roll-call')).toBeVisible()
  const beforeAnswer = Date.now()
  await commune.getByTestId('present').click()
  await expect(commune.getByText(/Đã ghi có mặt lúc/)).toBeVisible()
  const afterAnswer = Date.now()
  const beforeMark = Date.now()
  await secretary.getByTestId(`mark-${names.get('province')?.code ?? ''}`).click()
  await expect(secretary.getByTestId(`mark-${names.get('province')?.code ?? ''}`)).toHaveCount(0)
  const afterMark = Date.now()
  await secretary.getByTestId('roll-close').click()
  await expect(secretary.getByTestId('roll-panel')).toContainText(/Lần 1 chốt lúc/)

  await commune.getByTestId('hand').click()
  await expect.poll(() => queue(chair)).toHaveLength(1)
  const [seat] = await queue(chair)
  const beforeGrant = Date.now()
  await chair.getByTestId(`grant-${seat ?? ''}`).click()
  await inState(commune, 'invited')
  const afterGrant = Date.now()
  await commune.getByTestId('open-mic').click()
  await inState(commune, 'speaking')
  const afterSpeaking = Date.now()
  await commune.waitForTimeout(3_000)
  const beforeEnd = Date.now()
  await commune.getByTestId('end-floor').click()
  await inState(commune, 'off')
  const afterEnd = Date.now()

  const beforeLeave = Date.now()
  await province.getByTestId('leave').click()
  await province.getByTestId('leave-confirm').click()
  await expect(province.getByTestId('point-face')).toHaveCount(0)
  const afterLeave = Date.now()

  const api = await Api.signIn(server.base, PEOPLE.secretary.username)
  const workbook = readWorkbook(await api.bytes(`/briefings/${briefing}/attendance.xlsx`))
  expect([...workbook.keys()]).toEqual(['Tổng hợp', 'Theo điểm cầu', 'Theo người', 'Điểm danh', 'Phát biểu'])
  const points = table(workbook.get('Theo điểm cầu'), 'Điểm danh lúc')
  const rowOf = (who: Who) => points.find((row) => row['Điểm cầu'] === names.get(who)?.point) ?? {}

  const answered = rowOf('commune')
  between(answered['Vào lúc'], beforeCommune, afterCommune, 'the commune came in')
  between(answered['Điểm danh lúc'], beforeAnswer, afterAnswer, 'the commune answered')
  expect(answered['Ghi bởi']).toBe('Điểm cầu trả lời')
  expect(answered['Kết quả']).toMatch(/^(Trực tuyến|Vào muộn)$/)
  expect(answered['Số người dự']).toBe(17)

  const written = rowOf('province')
  between(written['Điểm danh lúc'], beforeMark, afterMark, 'the secretary wrote the province down')
  expect(written['Ghi bởi']).toBe('Thư ký ghi')
  expect(written['Kết quả']).toBe('Trực tuyến')
  between(written['Ra lúc'], beforeLeave, afterLeave, 'the province left')

  const [speech] = table(workbook.get('Phát biểu'), 'Bắt đầu nói').filter((row) => row['Điểm cầu'] === names.get('commune')?.point)
  between(speech?.['Được mời lúc'], beforeGrant, afterGrant, 'the commune was invited')
  between(speech?.['Bắt đầu nói'], beforeGrant, afterSpeaking, 'the commune began to speak')
  between(speech?.['Kết thúc'], beforeEnd, afterEnd, 'the commune ended')

  const [total] = table(workbook.get('Tổng hợp'), 'Số người dự').filter((row) => row['Đơn vị'] === 'Tổng cộng')
  expect(total?.['Số người dự']).toBe(17)
})
