import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ROOT } from './paths.ts'

/** The name in the configurations that operators get. */
const NAME = 'giaoban.tinh.gov.vn'
const CERTIFICATE = '/etc/giaoban/tls/fullchain.pem'
const KEY = '/etc/giaoban/tls/privkey.pem'

const PROGRAMS = { caddy: '/usr/bin/caddy', nginx: '/usr/sbin/nginx' } as const
const CONFIGURATIONS = { caddy: 'deploy/caddy/Caddyfile', nginx: 'deploy/nginx/giaoban.conf' } as const

export type ProxyKind = keyof typeof PROGRAMS

/** A reverse proxy with the configuration that operators get; only names, ports and the certificate are the test's. */
export class Proxy {
  readonly #process: ChildProcess
  readonly #folder: string

  private constructor(child: ChildProcess, folder: string) {
    this.#process = child
    this.#folder = folder
  }

  /** HTTPS on `https`, redirects to it on `plain`, giaoban behind it on `giaoban`. */
  static async start(kind: ProxyKind, ports: { https: number; plain: number; giaoban: number }): Promise<Proxy> {
    const program = PROGRAMS[kind]
    if (!existsSync(program)) throw new Error(`${program} is not installed: make setup`)
    const folder = mkdtempSync(join(tmpdir(), `giaoban-${kind}-`))
    // Started by root, nginx works as somebody else, and keeps large bodies here.
    chmodSync(folder, 0o755)
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')]
    execFileSync(
      'openssl',
      `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${certificate}`.split(' '),
      { stdio: 'ignore' },
    )
    const text = readFileSync(join(ROOT, CONFIGURATIONS[kind]), 'utf8')
      .replaceAll(CERTIFICATE, certificate)
      .replaceAll(KEY, key)
      .replaceAll('127.0.0.1:8080', `127.0.0.1:${ports.giaoban}`)
    const file = join(folder, 'proxy.conf')
    const words = kind === 'caddy' ? forCaddy(file, text, ports) : forNginx(folder, file, text, ports)
    const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder } })
    let log = ''
    child.stderr.on('data', (line) => (log += String(line)))
    const proxy = new Proxy(child, folder)
    for (let tries = 0; tries < 200; tries += 1) {
      const answer = await fetch(`http://127.0.0.1:${ports.plain}/`, { redirect: 'manual', headers: { host: 'localhost' } }).catch(() => null)
      if (answer?.status === 308) return proxy
      if (child.exitCode !== null) break
      await sleep(50)
    }
    await proxy.stop()
    throw new Error(`${kind} does not start:\n${log}`)
  }

  async stop(): Promise<void> {
    this.#process.kill('SIGTERM')
    for (let tries = 0; this.#process.exitCode === null && tries < 100; tries += 1) await sleep(50)
    if (this.#process.exitCode === null) this.#process.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function forCaddy(file: string, text: string, ports: { https: number; plain: number }): string[] {
  const own = `auto_https disable_certs\n\tadmin off\n\thttp_port ${ports.plain}\n\thttps_port ${ports.https}`
  writeFileSync(file, text.replace('auto_https disable_certs', own).replaceAll(NAME, 'localhost'))
  return ['run', '--config', file, '--adapter', 'caddyfile']
}

function forNginx(folder: string, file: string, text: string, ports: { https: number; plain: number }): string[] {
  const server = text
    .replaceAll(NAME, 'localhost')
    .replaceAll(/^\s*listen \[::\].*$/gm, '')
    .replace('listen 80;', `listen 127.0.0.1:${ports.plain};`)
    .replace('listen 443 ssl;', `listen 127.0.0.1:${ports.https} ssl;`)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  writeFileSync(
    file,
    `pid ${folder}/pid;\nerror_log stderr;\ndaemon off;\nevents {}\nhttp {\naccess_log off;\n${temporary.join('\n')}\n${server}\n}\n`,
  )
  return ['-p', folder, '-c', file]
}
