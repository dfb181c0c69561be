/** Whether an address is neither on our host and port nor inside of the page. */
export function isStranger(own: URL, address: string): boolean {
  const url = new URL(address)
  if (['data:', 'blob:', 'about:'].includes(url.protocol)) return false
  return url.host !== own.host || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)
}
