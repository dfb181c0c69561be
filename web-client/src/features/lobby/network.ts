import { apiUrl, call } from '@/api/http'

/** What the path to the server can do, measured against the server itself. */
export interface NetworkResult {
  /** Median of the round trips, milliseconds. */
  rttMs: number
  downKbps: number
  upKbps: number
}

const PINGS = 5
const DOWN_BYTES = 1_500_000
const UP_BYTES = 400_000
/** Nobody waits longer than this for a verdict; a slow link is judged by what came through. */
const LIMIT_MS = 6000

const kbps = (bytes: number, ms: number) => Math.round((bytes * 8) / Math.max(1, ms))

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

async function pingOnce(): Promise<number> {
  const start = performance.now()
  await call('network-test/ping')
  return performance.now() - start
}

/** Counts what arrives until the end or the limit: a link too slow to finish still gets a figure. */
async function download(): Promise<number> {
  const stop = new AbortController()
  const timer = window.setTimeout(() => stop.abort(), LIMIT_MS)
  let bytes = 0
  const start = performance.now()
  try {
    const response = await fetch(apiUrl('network-test/download', { bytes: DOWN_BYTES }), {
      signal: stop.signal,
      cache: 'no-store',
    })
    const reader = response.body?.getReader()
    for (;;) {
      const chunk = await reader?.read()
      if (chunk === undefined || chunk.done) break
      bytes += chunk.value.byteLength
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    window.clearTimeout(timer)
  }
  return kbps(bytes, performance.now() - start)
}

async function upload(): Promise<number> {
  const body = new Uint8Array(UP_BYTES)
  // Random, so that nothing on the way compresses it. One call fills at most 65,536 bytes.
  for (let at = 0; at < body.length; at += 65_536)
    crypto.getRandomValues(body.subarray(at, Math.min(at + 65_536, body.length)))
  const start = performance.now()
  try {
    await fetch(apiUrl('network-test/upload'), {
      method: 'POST',
      body,
      headers: { 'X-Giaoban': '1', 'Content-Type': 'application/octet-stream' },
      signal: AbortSignal.timeout(LIMIT_MS),
    })
  } catch (error) {
    // Too slow for the limit: at most what was sent could have passed.
    if (error instanceof DOMException && error.name === 'TimeoutError') return kbps(UP_BYTES / 2, LIMIT_MS)
    throw error
  }
  return kbps(UP_BYTES, performance.now() - start)
}

export async function testNetwork(): Promise<NetworkResult> {
  const trips: number[] = []
  for (let i = 0; i < PINGS; i++) trips.push(await pingOnce())
  const downKbps = await download()
  const upKbps = await upload()
  return { rttMs: median(trips), downKbps, upKbps }
}
