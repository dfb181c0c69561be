/** Where to go after sign-in: only a path of this application, never an address given from outside. */
export function safeNext(next: string | undefined): string {
  if (next === undefined || !next.startsWith('/') || next.startsWith('//') || next.includes('\\')) return '/'
  return next.startsWith('/dang-nhap') ? '/' : next
}
