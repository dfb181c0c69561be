import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { INPUTS } from './paths.ts'
import { PEOPLE, type Person, type Who } from './people.ts'

const WIDTH = 640
const HEIGHT = 360
/** Where the code's cells are, in parts of the picture, so that a reader needs no scale. */
export const CELL = { top: 0.04, left: 0.03, size: 0.1, pitch: 0.12 } as const

/** Makes the cameras and microphones of all people, unless they are there already. */
export default function makeInputs(): void {
  mkdirSync(INPUTS, { recursive: true })
  for (const who of Object.keys(PEOPLE) as Who[]) {
    const { camera, microphone } = inputsOf(who)
    if (!existsSync(camera)) makeCamera(PEOPLE[who], camera)
    if (!existsSync(microphone)) makeMicrophone(PEOPLE[who], microphone)
  }
}

/** The files of one person; their names change when the person does. */
export function inputsOf(who: Who): { camera: string; microphone: string } {
  const mark = createHash('sha256').update(JSON.stringify([PEOPLE[who], CELL, WIDTH, HEIGHT])).digest('hex').slice(0, 12)
  return { camera: join(INPUTS, `${who}-${mark}.mjpeg`), microphone: join(INPUTS, `${who}-${mark}.wav`) }
}

/** A plain colour, the code, and a grey bar that moves along the bottom so that every frame differs. */
function makeCamera(person: Person, file: string): void {
  const [red, green, blue] = person.colour
  const hex = [red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('')
  const cells = person.code.map((cell, place) => {
    const x = Math.round((CELL.left + place * CELL.pitch) * WIDTH)
    const y = Math.round(CELL.top * HEIGHT)
    const size = Math.round(CELL.size * WIDTH)
    return `drawbox=x=${x}:y=${y}:w=${size}:h=${size}:color=${cell === 1 ? 'white' : 'black'}:t=fill`
  })
  const bar = `color=c=0x808080:s=60x40:r=15[bar];[back][bar]overlay=x='mod(t*120,${WIDTH})':y=${HEIGHT - 50}`
  const graph = `color=c=0x${hex}:s=${WIDTH}x${HEIGHT}:r=15,${cells.join(',')}[back];${bar}`
  run('ffmpeg', ['-f', 'lavfi', '-i', graph, '-t', '6', '-c:v', 'mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg'], file)
}

function makeMicrophone(person: Person, file: string): void {
  const raw = `${file}.espeak.wav`
  execFileSync('espeak-ng', ['-v', 'vi', '-s', '150', '-a', '190', '-w', raw, person.speech])
  run('ffmpeg', ['-i', raw, '-ar', '48000', '-ac', '1', '-c:a', 'pcm_s16le', '-f', 'wav'], file)
}

/** Writes through another name: a run that was broken off leaves no half file behind. */
function run(program: string, args: string[], file: string): void {
  const unfinished = `${file}.part`
  execFileSync(program, ['-hide_banner', '-loglevel', 'error', '-y', ...args, unfinished], { stdio: ['ignore', 'ignore', 'inherit'] })
  renameSync(unfinished, file)
}
