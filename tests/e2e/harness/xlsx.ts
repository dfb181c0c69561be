import { strFromU8, unzipSync } from 'fflate'

/** The cells of a workbook's sheets as they would be read: texts, numbers as numbers, empty cells as ''. */
export function readWorkbook(bytes: Uint8Array): Map<string, (string | number)[][]> {
  const files = unzipSync(bytes)
  const text = (path: string): string => {
    const file = files[path]
    if (!file) throw new Error(`the workbook has no ${path}`)
    return strFromU8(file)
  }
  const shared = 'xl/sharedStrings.xml' in files ? [...text('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, item]) => plain(item ?? '')) : []
  const targets = new Map(
    [...text('xl/_rels/workbook.xml.rels').matchAll(/<Relationship\s[^>]*>/g)].map(([tag]) => [attribute(tag, 'Id'), attribute(tag, 'Target')]),
  )
  const sheets = new Map<string, (string | number)[][]>()
  for (const [tag] of text('xl/workbook.xml').matchAll(/<sheet\s[^>]*>/g)) {
    const target = targets.get(attribute(tag, 'r:id'))?.replace(/^\/?(xl\/)?/, '') ?? ''
    sheets.set(decode(attribute(tag, 'name')), rows(text(`xl/${target}`), shared))
  }
  return sheets
}

function rows(xml: string, shared: string[]): (string | number)[][] {
  return [...xml.matchAll(/<row[^>]*>(.*?)<\/row>/gs)].map(([, row]) => {
    const cells: (string | number)[] = []
    for (const [, head, body] of (row ?? '').matchAll(/<c\s([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)) {
      const column = columnOf(attribute(`<c ${head ?? ''}>`, 'r'))
      while (cells.length < column) cells.push('')
      cells.push(value(attribute(`<c ${head ?? ''}>`, 't'), body ?? '', shared))
    }
    return cells
  })
}

function value(type: string, body: string, shared: string[]): string | number {
  if (type === 'inlineStr') return plain(body)
  const raw = /<v>(.*?)<\/v>/s.exec(body)?.[1]
  if (raw === undefined) return ''
  if (type === 's') return shared[Number(raw)] ?? ''
  if (type === 'str') return decode(raw)
  return Number(raw)
}

function columnOf(reference: string): number {
  return [...reference.replace(/\d+/g, '')].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

function plain(xml: string): string {
  return [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, part]) => decode(part ?? '')).join('')
}

function attribute(tag: string, name: string): string {
  return new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
}

function decode(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&apos;/g, "'").replace(/&amp;/g, '&')
}

/** A spreadsheet's day number as milliseconds since 1970, taking it as local time of Vietnam (UTC+7). */
export function vietnamTime(serial: number): number {
  return Math.round((serial - 25_569) * 86_400) * 1_000 - 7 * 3_600_000
}
