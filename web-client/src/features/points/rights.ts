import type { Account } from '@/api/types'

/** Whether the account may change points at all; of which units, the server decides. */
export function mayChangePoints(account: Account): boolean {
  return account.administrator || account.grants.some((g) => g.role === 'secretary' || g.role === 'administrator')
}

/** Kilobits a second as people say it: "2 Mb/s", "512 kb/s". */
export function rateWords(kbps: number, decimal: (n: number) => string): string {
  return kbps >= 1000 ? `${decimal(kbps / 1000)} Mb/s` : `${decimal(kbps)} kb/s`
}
