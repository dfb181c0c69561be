import { execFileSync } from 'node:child_process'
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { INPUTS } from '../../harness/paths.ts'

/** A camera with so much movement that an encoder uses all of its rate, large enough for three layers. */
export function busyCamera(): string {
  const file = join(INPUTS, 'busy-960x540-15.mjpeg')
  if (existsSync(file)) return file
  const graph = 'testsrc2=s=960x540:r=15,noise=alls=12:allf=t'
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', '-f', 'lavfi', '-i', graph, '-t', '4', '-c:v', 'mjpeg', '-q:v', '6', '-pix_fmt', 'yuvj420p', '-f', 'mjpeg', `${file}.part`])
  renameSync(`${file}.part`, file)
  return file
}
