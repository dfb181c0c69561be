import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from './paths.ts'
import { freePort } from './server.ts'

const SECRET = 'khoa-chung-cua-bai-thu'
const CONFIGURATION = join(ROOT, 'deploy/coturn/turnserver.conf')
const TURNSERVER = '/usr/bin/turnserver'

/** coturn on loopback with the configuration that operators get; only addresses, ports and the secret are the test's. */
export class Turn {
  readonly port: number
  readonly #process: ChildProcess
  #log = ''

  private constructor(port: number, child: ChildProcess) {
    this.port = port
    this.#process = child
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (this.#log += String(text)))
  }

  static async start(): Promise<Turn> {
    if (!existsSync(TURNSERVER)) throw new Error('coturn is not installed: make setup')
    const port = await freePort()
    const child = spawn(
      TURNSERVER,
      [
        ...['-c', CONFIGURATION, '--listening-ip', '127.0.0.1', '--relay-ip', '127.0.0.1', '--listening-port', String(port)],
        ...['--static-auth-secret', SECRET, '--allowed-peer-ip', '127.0.0.1', '--allow-loopback-peers', '--pidfile', ''],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const turn = new Turn(port, child)
    await turn.#answers()
    return turn
  }

  /** Sends STUN binding requests (RFC 8489) until one is answered. */
  async #answers(): Promise<void> {
    const socket = createSocket('udp4')
    let answered = false
    socket.on('message', () => (answered = true))
    const request = Buffer.concat([Buffer.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42]), Buffer.from('giaoban-test')])
    for (let tries = 0; tries < 200 && !answered; tries += 1) {
      if (this.#process.exitCode !== null) break
      socket.send(request, this.port, '127.0.0.1')
      await sleep(50)
    }
    socket.close()
    if (!answered) throw new Error(`coturn does not answer:\n${this.#log}`)
  }

  /** What giaoban is told of it. */
  get environment(): Record<string, string> {
    return {
      GIAOBAN_MEDIA__TURN__URLS: `turn:127.0.0.1:${this.port}?transport=udp,turn:127.0.0.1:${this.port}?transport=tcp`,
      GIAOBAN_MEDIA__TURN__SECRET: SECRET,
    }
  }

  /** Has coturn's own client relay to an address with credentials; gives what it said. */
  relayTo(peer: string): { done: boolean; log: string } {
    const tried = spawnSync('/usr/bin/turnutils_uclient', [
      ...['-u', 'thu', '-W', SECRET, '-p', String(this.port), '-e', peer, '-r', '9', '-n', '1', '-m', '1', '-c', '127.0.0.1'],
    ], { timeout: 20_000, encoding: 'utf8' })
    return { done: tried.status === 0, log: `${tried.stdout}${tried.stderr}` }
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    while (this.#process.exitCode === null && this.#process.signalCode === null) await sleep(20)
  }
}
