import { spawn, type ChildProcess } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { giaoban } from './paths.ts'

const START_MS = 60_000
const STOP_MS = 15_000

/** A real `giaoban demo` in a directory of its own. */
export class Server {
  readonly base: string
  readonly #folder: string
  readonly #process: ChildProcess
  #ended = false

  private constructor(folder: string, child: ChildProcess, base: string) {
    this.#folder = folder
    this.#process = child
    this.base = base
    child.once('exit', () => {
      this.#ended = true
    })
  }

  /**
   * Starts with demonstration data and waits for `/readyz`. Sound and picture are reached at `mediaAddress`; `environment`
   * is more of the configuration. Without `port` any free one is taken.
   */
  static async start(mediaAddress = '127.0.0.1', environment: Record<string, string> = {}, port?: number): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'giaoban-e2e-'))
    const [http, media] = [port ?? (await freePort()), await freePort()]
    const log = createWriteStream(join(folder, 'server.log'))
    const child = spawn(giaoban(), ['demo'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GIAOBAN_HTTP__LISTEN: `127.0.0.1:${http}`,
        GIAOBAN_MEDIA__LISTEN: `${mediaAddress}:${media}`,
        GIAOBAN_MEDIA__ADVERTISE: mediaAddress,
        GIAOBAN_DATA__DIR: join(folder, 'data'),
        GIAOBAN_LOG__FORMAT: 'json',
        ...environment,
      },
    })
    child.stdout.pipe(log)
    child.stderr.pipe(log)
    const server = new Server(folder, child, `http://127.0.0.1:${http}`)
    await server.#ready()
    return server
  }

  async #ready(): Promise<void> {
    const until = Date.now() + START_MS
    while (Date.now() < until) {
      if (this.#ended) throw new Error(`the server ended at once:\n${this.log()}`)
      const answer = await fetch(`${this.base}/readyz`).catch(() => null)
      if (answer?.ok === true) return
      await sleep(50)
    }
    throw new Error(`the server is not ready after ${START_MS} ms:\n${this.log()}`)
  }

  log(): string {
    return readFileSync(join(this.#folder, 'server.log'), 'utf8')
  }

  /** Stops in order; throws if it does not stop or has logged an error. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    const until = Date.now() + STOP_MS
    while (!this.#ended && Date.now() < until) await sleep(50)
    const stopped = this.#ended
    if (!stopped) this.#process.kill('SIGKILL')
    const errors = this.log().split('\n').filter((line) => line.includes('"level":"ERROR"') || line.includes(' panicked at '))
    rmSync(this.#folder, { recursive: true, force: true })
    if (!stopped) throw new Error('the server did not stop on SIGTERM')
    if (errors.length > 0) throw new Error(`the server logged errors:\n${errors.join('\n')}`)
  }
}

const given = new Set<number>()

/** Each only once, also while nobody listens there yet. */
export async function freePort(): Promise<number> {
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'))
        else resolve(address.port)
      })
    })
  })
  if (given.has(port)) return freePort()
  given.add(port)
  return port
}
