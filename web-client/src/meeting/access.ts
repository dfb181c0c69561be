/** What `POST /briefings/{id}/join` gives. */
export interface Access {
  token: string
  /** Absolute, ws: or wss:. */
  wsUrl: string
  iceServers: RTCIceServer[]
}

/** The server will not let this account in, and trying again changes nothing. `code` is that of the problem details. */
export class AccessRefused extends Error {
  constructor(readonly code: string) {
    super(`join refused: ${code}`)
  }
}

/** Where the engine gets its access; it asks for a fresh one when the old is no longer taken. */
export interface AccessSource {
  get(fresh: boolean): Promise<Access>
}

/** Remembers one access until a fresh one is asked for. `join` rejects with {@link AccessRefused} when it is refused. */
export function accessFrom(join: () => Promise<Access>): AccessSource {
  let current: Access | null = null
  return {
    async get(fresh) {
      if (fresh || !current) current = await join()
      return current
    },
  }
}

/** The WebSocket address for whatever the server wrote: a path, an http(s) or a ws(s) URL. */
export function webSocketUrl(url: string, page: string): string {
  const absolute = new URL(url, page)
  absolute.protocol = absolute.protocol.replace(/^http/, 'ws')
  return absolute.href
}
