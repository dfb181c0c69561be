/** Where each group's cells are, in CSS pixels. */
export interface Field {
  width: number
  height: number
  /** Distance from cell to cell. */
  pitch: number
  /** Cells in a column. */
  rows: number
  blocks: Block[]
}

export interface Block {
  x: number
  width: number
}

const LARGEST_PITCH = 14
const SMALLEST_PITCH = 3
const GAP = 8

/** The largest cells with which all groups fit side by side, each a block of columns filled downwards. */
export function layOut(sizes: readonly number[], width: number, height: number): Field {
  for (let pitch = LARGEST_PITCH; pitch > SMALLEST_PITCH; pitch -= 0.25) {
    const rows = Math.max(1, Math.floor((height - 6) / pitch))
    const columns = sizes.map((size) => Math.ceil(size / rows))
    const used = columns.reduce((sum, count) => sum + count * pitch, 0)
    const gaps = GAP * Math.max(0, sizes.length - 1)
    if (used + gaps <= width - 6)
      return placed(columns, width, height, pitch, rows, (width - 6 - used) / Math.max(1, sizes.length - 1))
  }
  const rows = Math.floor((height - 6) / SMALLEST_PITCH)
  return placed(
    sizes.map((size) => Math.ceil(size / rows)),
    width,
    height,
    SMALLEST_PITCH,
    rows,
    2,
  )
}

function placed(
  columns: readonly number[],
  width: number,
  height: number,
  pitch: number,
  rows: number,
  free: number,
): Field {
  const gap = Math.min(free, 3 * GAP)
  let x = 3
  const blocks = columns.map((count) => {
    const block = { x, width: count * pitch }
    x += block.width + gap
    return block
  })
  return { width, height, pitch, rows, blocks }
}

/** Index of the block under `x`, or null between blocks. */
export function blockAt(field: Field, x: number): number | null {
  const index = field.blocks.findIndex((block) => x >= block.x - 3 && x < block.x + block.width + 3)
  return index < 0 ? null : index
}
