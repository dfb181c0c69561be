import { expect, test } from '../harness/story.ts'

// That every page of every story keeps to this is checked by the harness (harness/browser.ts); here, that the check bites.
test('a page asks nobody else, runs no inline script, and an attempt would be noticed', async ({ gathering }) => {
  const { server, problems } = gathering

  await test.step('the policy of content allows no inline script, and the page has none', async () => {
    const answer = await fetch(server.base)
    const policy = new Map(
      (answer.headers.get('content-security-policy') ?? '').split(';').map((directive) => {
        const [name = '', ...sources] = directive.trim().split(/\s+/)
        return [name, sources]
      }),
    )
    expect(policy.get('default-src')).toEqual(["'self'"])
    expect(policy.get('script-src')).toEqual(["'self'"])
    expect(policy.get('connect-src')).toEqual(["'self'"])
    expect(policy.get('object-src')).toEqual(["'none'"])
    const html = await answer.text()
    const scripts = html.match(/<script\b[^>]*>/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toContain(' src="/')
    expect(html).not.toMatch(/\son[a-z]+\s*=|javascript:/i)
  })

  await test.step('what a hostile text would try is refused and noticed', async () => {
    const page = await gathering.page('secretary')
    await page.goto('/dang-nhap')
    await expect(page.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
    expect(problems).toEqual([])
    await page.evaluate(() => {
      document.body.insertAdjacentHTML('beforeend', '<img src="https://elsewhere.invalid/a.png" alt="" onerror="window.ran = true">')
      const script = document.createElement('script')
      script.textContent = 'window.ran = true'
      document.body.append(script)
      void fetch('https://elsewhere.invalid/b').catch(() => undefined)
    })
    await expect.poll(() => problems.join('\n')).toMatch(/script-src-elem inline/)
    await expect.poll(() => problems.join('\n')).toMatch(/img-src https:\/\/elsewhere\.invalid/)
    await expect.poll(() => problems.join('\n')).toMatch(/connect-src https:\/\/elsewhere\.invalid/)
    expect(await page.evaluate(() => 'ran' in window)).toBe(false)
    problems.splice(0)
  })
})
