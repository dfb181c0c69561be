import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { CHROMIUM } from '../../harness/paths.ts'

/** What one direction of a cable does; what is left out it does not do. */
export interface Shape {
  rateKbps?: number
  delayMs?: number
  /** Share of packets lost at random, 0 to 1. */
  loss?: number
  /** Octets that the queue before a narrow rate holds. Deep by default: only the sender can keep the delay small. */
  queueBytes?: number
  /** Loses everything. */
  cut?: boolean
  /** Loses datagrams, and lets TCP pass. */
  noUdp?: boolean
}

/** 100 ms of one direction. */
export interface Tenth {
  at: number
  cable: string
  way: 'down' | 'up'
  carried: number
  octets: number
  lost: number
  /** The longest that a packet waited in the queue. */
  waitMs: number
}

/** The lab's cable to the server from the machine's own namespace. */
const OWN = 'gb-own'
export const SERVER = '10.77.0.1'
const SPACE = (name: string): string => `giaoban-${name}`

/** A namespace for the server and one for each point, joined by cables. One network at a time on a machine. */
export class Network {
  readonly tenths: Tenth[] = []
  readonly #points: string[] = []
  readonly #folder = mkdtempSync(join(tmpdir(), 'giaoban-lab-'))
  readonly #links: ChildProcessWithoutNullStreams
  readonly #answers: (() => void)[] = []

  constructor() {
    clean()
    ip('netns', 'add', SPACE('server'))
    inside('server', 'ip', 'link', 'set', 'lo', 'up')
    inside('server', 'ip', 'address', 'add', `${SERVER}/32`, 'dev', 'lo')
    ip('link', 'add', OWN, 'type', 'veth', 'peer', 'name', 'own', 'netns', SPACE('server'))
    ip('address', 'add', '10.77.254.2/24', 'dev', OWN)
    ip('link', 'set', OWN, 'up')
    addressed('server', 'own', '10.77.254.1/24')
    ip('route', 'add', `${SERVER}/32`, 'via', '10.77.254.1')
    // It must not wait for a processor behind the browsers: its delays are the measure.
    this.#links = spawn('nice', ['-n', '-19', 'python3', resolve(import.meta.dirname, 'links.py')], { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#links.stderr.pipe(process.stderr)
    createInterface(this.#links.stdout).on('line', (line) => {
      const message = JSON.parse(line) as { done?: true; wait_ms: number } & Omit<Tenth, 'at' | 'waitMs'>
      if (message.done) this.#answers.shift()?.()
      else this.tenths.push({ ...message, at: Date.now(), waitMs: message.wait_ms })
    })
  }

  async command(command: object): Promise<void> {
    const answered = new Promise<void>((done) => this.#answers.push(done))
    this.#links.stdin.write(`${JSON.stringify(command)}\n`)
    await answered
  }

  /** Lays a cable to a new point. */
  async point(name: string): Promise<Point> {
    this.#points.push(name)
    const number = this.#points.length
    await this.command({ open: `gb${number}` })
    ip('netns', 'add', SPACE(name))
    // A link-local address that turns up late is a change of network to a browser, which then gives up what it was loading.
    inside(name, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1', 'net.ipv6.conf.default.disable_ipv6=1')
    inside(name, 'ip', 'link', 'set', 'lo', 'up')
    ip('link', 'set', `gb${number}-p`, 'netns', SPACE(name), 'name', 'eth0')
    ip('link', 'set', `gb${number}-s`, 'netns', SPACE('server'))
    addressed('server', `gb${number}-s`, `10.77.${number}.1/24`)
    addressed(name, 'eth0', `10.77.${number}.2/24`)
    inside(name, 'ip', 'route', 'add', 'default', 'via', `10.77.${number}.1`)
    return new Point(this, name, number, this.#folder)
  }

  async close(): Promise<void> {
    const ended = once(this.#links, 'exit')
    this.#links.stdin.end()
    await ended
    clean()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** A point and its cable. */
export class Point {
  readonly name: string
  readonly number: number
  readonly #network: Network
  readonly #folder: string

  constructor(network: Network, name: string, number: number, folder: string) {
    this.#network = network
    this.name = name
    this.number = number
    this.#folder = folder
  }

  /** A program that runs Chromium at this point. */
  chromium(): string {
    const file = join(this.#folder, `chromium-${this.name}`)
    writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${SPACE(this.name)} ${CHROMIUM} "$@"\n`)
    chmodSync(file, 0o755)
    return file
  }

  /** Shapes what goes to the point. */
  async down(shape: Shape): Promise<void> {
    await this.#shape('down', shape)
  }

  /** Shapes what comes from the point. */
  async up(shape: Shape): Promise<void> {
    await this.#shape('up', shape)
  }

  async #shape(way: 'down' | 'up', shape: Shape): Promise<void> {
    await this.#network.command({
      shape: `gb${this.number}`,
      way,
      rate_kbps: shape.rateKbps ?? null,
      delay_ms: shape.delayMs ?? 0,
      loss: shape.loss ?? 0,
      queue_bytes: shape.queueBytes ?? 1_500_000,
      cut: shape.cut ?? false,
      no_udp: shape.noUdp ?? false,
    })
  }

  /** Gives the point another address and takes the old one away, as when the cable is plugged in. */
  move(): void {
    inside(this.name, 'ip', 'address', 'delete', `10.77.${this.number}.2/24`, 'dev', 'eth0')
    inside(this.name, 'ip', 'address', 'add', `10.77.${this.number}.77/24`, 'dev', 'eth0')
    // The default route went with the address.
    inside(this.name, 'ip', 'route', 'replace', 'default', 'via', `10.77.${this.number}.1`)
  }

  /** What its cable carried down since a time, by tenths of a second. */
  carried(since: number, way: 'down' | 'up' = 'down'): Tenth[] {
    return this.#network.tenths.filter((tenth) => tenth.at >= since && tenth.cable === `gb${this.number}` && tenth.way === way)
  }
}

function addressed(space: string, device: string, address: string): void {
  inside(space, 'ip', 'address', 'add', address, 'dev', device)
  inside(space, 'ip', 'link', 'set', device, 'up')
}

function clean(): void {
  const spaces = execFileSync('ip', ['netns', 'list'], { encoding: 'utf8' })
  for (const [name] of spaces.matchAll(/^giaoban-[a-z0-9-]+/gm)) ip('netns', 'delete', name)
  try {
    execFileSync('ip', ['link', 'delete', OWN], { stdio: 'ignore' })
  } catch {
    // It was not there.
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] })
}

function inside(name: string, ...command: string[]): void {
  ip('netns', 'exec', SPACE(name), ...command)
}

/** How to run a program where the server is. */
export const AT_SERVER = ['ip', 'netns', 'exec', SPACE('server')] as const
