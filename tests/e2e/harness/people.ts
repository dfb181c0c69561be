/** Who takes part, and how each can be told apart by picture and by voice. */
export interface Person {
  readonly username: string
  /** The colour that fills most of the camera's picture. */
  readonly colour: readonly [red: number, green: number, blue: number]
  /** Four cells at the top left, white (1) or black (0). */
  readonly code: readonly [number, number, number, number]
  /** Spoken over and over by the fake microphone. */
  readonly speech: string
}

export const PEOPLE = {
  chair: {
    username: 'chutri',
    colour: [200, 40, 40],
    code: [1, 0, 0, 1],
    speech: 'Đề nghị các điểm cầu báo cáo tình hình. Điểm cầu nào có ý kiến thì giơ tay.',
  },
  secretary: {
    username: 'thuky',
    colour: [150, 40, 170],
    code: [0, 1, 1, 0],
    speech: 'Thư ký ghi nhận ý kiến của các điểm cầu và sẽ gửi thông báo kết luận.',
  },
  province: {
    username: 'tinh1',
    colour: [40, 160, 70],
    code: [1, 1, 0, 0],
    speech: 'Tỉnh báo cáo: công tác phòng chống lụt bão đã hoàn thành trước ngày mười lăm.',
  },
  commune: {
    username: 'tinh1.xa1',
    colour: [40, 80, 210],
    code: [0, 0, 1, 1],
    speech: 'Xã báo cáo: đường vào thôn đã thông, bà con đã trở về nhà an toàn.',
  },
} as const satisfies Record<string, Person>

export type Who = keyof typeof PEOPLE

export const PASSWORD = 'giaoban-demo'
