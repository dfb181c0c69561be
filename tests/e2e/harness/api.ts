import { PASSWORD } from './people.ts'

/** REST as a signed-in program uses it: for what a story needs to know, never for what it shows. */
export class Api {
  readonly #base: string
  readonly #token: string

  private constructor(base: string, token: string) {
    this.#base = base
    this.#token = token
  }

  static async signIn(base: string, username: string): Promise<Api> {
    const answer = await fetch(`${base}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password: PASSWORD }),
    })
    if (!answer.ok) throw new Error(`login as ${username}: ${answer.status} ${await answer.text()}`)
    const { token } = (await answer.json()) as { token: string }
    return new Api(base, token)
  }

  async #request(path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(`${this.#base}/api/v1${path}`, {
      ...init,
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
    })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }

  async get<T>(path: string): Promise<T> {
    return (await (await this.#request(path)).json()) as T
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return (await (await this.#request(path, { method: 'POST', body: JSON.stringify(body) })).json()) as T
  }

  async bytes(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#request(path)).arrayBuffer())
  }

  /** The briefing that is live in the demonstration data. */
  async liveBriefing(): Promise<string> {
    const page = await this.get<{ items: { id: string }[] }>('/briefings?state=in_session')
    const [first] = page.items
    if (!first) throw new Error('no briefing is in session')
    return first.id
  }
}
