/** A definition is evaluated again only when something changed that its evaluation saw. */
import { describe, expect, test } from '@jest/globals'
import { must, sh, startEc, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

/** A nix-build that counts its calls comes first in PATH. */
const prepare = `
  folder=$(mktemp -d /var/tmp/extra-container-test-XXXXXX)
  mkdir "$folder/bin"
  printf '#!/bin/sh\\necho called >>"%s/calls"\\nexec %s "$@"\\n' "$folder" "$(type -P nix-build)" >"$folder/bin/nix-build"
  chmod +x "$folder/bin/nix-build"
  echo '{ containers.demo.config.environment.etc.mark.text = builtins.readFile ./text; }' >"$folder/demo.nix"
  printf one >"$folder/text"
  # Files that changed just before are not trusted.
  sleep 2.1
  printf %s "$folder"
`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('unchanged it is not; changed it is; a result that was collected is built again', async () => {
    const folder = await sh(host, prepare)
    const env = { PATH: `${folder}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin` }
    const calls = async () => (await sh(host, `cat ${folder}/calls 2>/dev/null || :`)).split('\n').length - 1
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
      await sh(host, `rm -rf ${folder}`)
    }
  })

  test('two runs at once, and one that was killed, leave nothing wrong', async () => {
    const folder = await sh(host, prepare)
    const env = { PATH: `${folder}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin` }
    const calls = async () => (await sh(host, `cat ${folder}/calls`)).split('\n').length - 1
    const build = async () => (await must(host, ['build', `${folder}/demo.nix`], { env })).stdout
    try {
      const killed = startEc(host, ['build', `${folder}/demo.nix`], { env })
      await until('Nix runs', async () => (await sh(host, `test ! -e ${folder}/calls || echo yes`)) !== '')
      killed.signalGroup('SIGKILL')
      await killed.finished

      const [one, two] = await Promise.all([build(), build()])
      expect(two).toBe(one)
      const before = await calls()
      expect(await build()).toBe(one)
      expect(await calls()).toBe(before)
    } finally {
      await sh(host, `rm -rf ${folder}`)
    }
  })
})
