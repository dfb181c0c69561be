import { expect, test } from '@playwright/test'
import { Gathering } from '../harness/briefing.ts'
import { shows } from '../harness/picture.ts'
import { Proxy, type ProxyKind } from '../harness/proxy.ts'
import { attend, inState } from '../harness/room.ts'
import { freePort } from '../harness/server.ts'

/** What the lobby's measure of the link sends at most. */
const UPLOAD = 8 * 1024 * 1024

for (const kind of ['nginx', 'caddy'] satisfies ProxyKind[]) {
  test(`a briefing through ${kind} with the configuration of deploy/`, async () => {
    test.setTimeout(180_000)
    const ports = { https: await freePort(), plain: await freePort(), giaoban: await freePort() }
    const base = `https://localhost:${ports.https}`
    const gathering = await Gathering.open(undefined, {
      GIAOBAN_HTTP__PUBLIC_URL: base,
      GIAOBAN_HTTP__CLIENT_ADDRESS_HEADER: 'x-forwarded-for',
    }, ports.giaoban)
    const proxy = await Proxy.start(kind, ports)
    try {
      const secure = { baseURL: base, ignoreHTTPSErrors: true }
      const chair = await gathering.page('chair', secure)
      await attend(chair, 'chair', gathering.briefing)
      await inState(chair, 'speaking')
      const commune = await gathering.page('commune', secure)
      await attend(commune, 'commune', gathering.briefing)
      await shows(commune, 'main-video', 'chair')
      // The control channel carries commands both ways.
      await commune.getByTestId('hand').click()
      await expect(commune.getByTestId('hand-raised')).toContainText('Số 1')

      const ask = (path: string, bytes?: number) =>
        commune.evaluate(
          async ([to, size]) => {
            const body = size === undefined ? undefined : new Uint8Array(size)
            return (await fetch(to, { method: body ? 'POST' : 'GET', body })).status
          },
          [path, bytes] as const,
        )
      expect(await ask('/api/v1/network-test/upload', UPLOAD)).toBeLessThan(300)
      expect(await ask('/metrics')).toBe(403)
      expect(await (await fetch(`http://127.0.0.1:${ports.giaoban}/metrics`)).text()).toContain('giaoban_connections')
    } finally {
      await gathering.close()
      await proxy.stop()
    }
  })
}
