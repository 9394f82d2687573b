/** A definition is evaluated again only when something changed that its evaluation saw. */
import { describe, expect, test } from '@jest/globals'
import { must, sh, startEc, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'
import { countBuilds } from './harness/nix-build.ts'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('unchanged it is not; changed it is; a result that was collected is built again', async () => {
    const { folder, env, calls, remove } = await countBuilds(host)
    const create = async (...flags: string[]) =>
      (await must(host, ['create', '--start', `${folder}/demo.nix`, ...flags], { env })).stdout
    const mark = async () => (await must(host, ['run', 'demo', '--', 'cat', '/etc/mark'])).stdout
    try {
      await create()
      expect(await calls()).toBe(1)
      expect(await create()).toContain('demo (unchanged, skipped)')
      expect(await calls()).toBe(1)

      await sh(host, `printf two >${folder}/text`)
      await create()
      expect([await calls(), await mark()]).toEqual([2, 'two'])

      await create('--no-cache')
      expect(await calls()).toBe(3)

      await sh(host, 'sleep 2.1')
      await create()
      const kept = await calls()
      await create()
      expect(await calls()).toBe(kept)
      await must(host, ['destroy', 'demo'])
      await sh(host, 'nix-store --gc >/dev/null 2>&1')
      await create()
      expect([await calls(), await mark()]).toEqual([kept + 1, 'two'])

      expect((await must(host, ['cache', 'status'])).stdout).toMatch(/^[1-9]\d* results in /)
      await must(host, ['cache', 'clear'])
      expect((await must(host, ['cache', 'status'])).stdout).toMatch(/^0 results in /)
      await create()
      expect(await calls()).toBe(kept + 2)
      await must(host, ['destroy', 'demo'])
    } finally {
      await remove()
    }
  })

  test('two runs at once, and one that was killed, leave nothing wrong', async () => {
    const { folder, env, calls, remove } = await countBuilds(host)
    const build = async () => (await must(host, ['build', `${folder}/demo.nix`], { env })).stdout
    try {
      const killed = startEc(host, ['build', `${folder}/demo.nix`], { env })
      await until('Nix runs', async () => (await calls()) > 0)
      killed.signalGroup('SIGKILL')
      await killed.finished

      const [one, two] = await Promise.all([build(), build()])
      expect(two).toBe(one)
      const before = await calls()
      expect(await build()).toBe(one)
      expect(await calls()).toBe(before)
    } finally {
      await remove()
    }
  })
})
