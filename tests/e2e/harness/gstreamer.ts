import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Api } from './api.ts'
import { ROOT } from './paths.ts'
import { PEOPLE, type Who } from './people.ts'

/** GStreamer publishes for somebody, with numbers that roll over within seconds: browsers begin where they like. */
export async function publishNearRollover(base: string, who: Who, briefing: string): Promise<ChildProcess> {
  const api = await Api.signIn(base, PEOPLE[who].username)
  const { join_token } = await api.post<{ join_token: string }>(`/briefings/${briefing}/join`, {})
  const script = join(ROOT, 'tests/interop/near_rollover.py')
  const child = spawn('/usr/bin/python3', [script, `${base}/whip/${briefing}`, join_token], { stdio: ['ignore', 'pipe', 'inherit'] })
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      throw new Error('GStreamer does not publish')
    }),
  ])
  return child
}
