import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../../..')
export const INPUTS = join(ROOT, 'target/e2e-inputs')
/** Screens for people to look at. */
export const ARTIFACTS = resolve(import.meta.dirname, '../.artifacts')

/** The binary under test: `GIAOBAN_BIN`, else what cargo built last. */
export function giaoban(): string {
  const candidates = [process.env.GIAOBAN_BIN, join(ROOT, 'target/debug/giaoban'), join(ROOT, 'target/release/giaoban')]
  const found = candidates.find((path) => path !== undefined && path !== '' && existsSync(path))
  if (found === undefined) throw new Error('giaoban is not built: cargo build -p giaoban-server, or set GIAOBAN_BIN')
  return found
}

export const CHROMIUM = process.env.CHROMIUM_BIN ?? '/usr/bin/chromium'
export const FIREFOX = process.env.FIREFOX_BIN ?? '/usr/bin/firefox-esr'
