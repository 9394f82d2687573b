/** What belongs to the host is left as it is, whatever a container, its removal or a command that is cut short does. */
import { dirname } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, startEc } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('what is mounted below a root folder survives destroy, also where the folder is reached through a link', async () => {
    const share = '/tmp/test-share'
    await sh(
      host,
      `mkdir ${share} ${share}/real ${share}/data; echo kept >${share}/data/file
       mkdir -p /var/lib/nixos-containers
       mv /var/lib/nixos-containers ${share}/before; ln -s ${share}/real /var/lib/nixos-containers`,
    )
    try {
      await must(host, ['create', '-E', '{ containers.test-share.config = {}; }'])
      await sh(host, `cd /var/lib/nixos-containers; mkdir -p test-share/mnt; mount --bind ${share}/data test-share/mnt`)
      await must(host, ['destroy', 'test-share'])
      expect(await sh(host, `ls ${share}/real; cat ${share}/data/file`)).toBe('kept\n')
    } finally {
      await ec(host, ['destroy', 'test-share'])
      await sh(
        host,
        `umount -q ${share}/real/test-share/mnt || :
         rm /var/lib/nixos-containers; mv ${share}/before /var/lib/nixos-containers; rm -r ${share}`,
      )
    }
  })
  const definition = '{ containers.demo.config = {}; }'
  const session = (...command: string[]) => startEc(host, ['shell', '-E', definition, '--run', ...command])

  test('a container that a session keeps is not removed with the killed session that had it before', async () => {
    const killed = session('sh', '-c', 'echo begun; sleep 5')
    await killed.printed('begun')
    await sh(host, 'ls /run/extra-container/sessions | cut -d - -f 1 | xargs kill -KILL')
    await killed.finished
    await must(host, ['shell', '--no-destroy', '-E', definition, '--run', 'c', 'touch', '/root/kept'])
    expect((await must(host, ['prune'])).stdout).toMatch(/^session \d+, which was killed/)
    expect(await sh(host, 'ls /var/lib/nixos-containers/demo/root')).toBe('kept\n')
    await must(host, ['destroy', 'demo'])
  })
  test.each(['SIGINT', 'SIGHUP'] as const)(
    'a session that waits at its end for another command is not kept from its clean-up by %s',
    async (signal) => {
      const busy = 'setsid flock /run/extra-container/locks/container-demo sleep 4 </dev/null >/dev/null 2>&1 &'
      const ending = session('bash', '-c', `${busy} sleep 0.5`)
      await ending.printed('Waiting for another extra-container command to end (container demo)')
      ending.signal(signal)
      await ending.finished
      expect((await must(host, ['list'])).stdout).toBe('')
      expect((await must(host, ['prune'])).stdout).toBe('')
    },
  )
  test('prune removes links that a killed command had not put in place', async () => {
    const links = [
      '/nix/var/nix/gcroots/auto/extra-container-test-gone.99999999-x1',
      '/etc/nixos-containers/test-gone.conf.99999999-x1',
      '/etc/systemd-mutable/system/container@test-gone.service.99999999-x1',
    ]
    await sh(
      host,
      `mkdir -p ${links.map(dirname).join(' ')}; for link in ${links.join(' ')}; do ln -s /nix/store "$link"; done`,
    )
    expect((await must(host, ['list'])).stdout).toBe('')
    expect((await must(host, ['prune'])).stdout.trim().split('\n').sort()).toEqual(
      links.map((link) => `${link} of a command that was killed`).sort(),
    )
    expect(await sh(host, `ls ${links.join(' ')} 2>/dev/null || :`)).toBe('')
  })
  test('root folders are out of reach of other users, unless their folder was there before', async () => {
    const folder = '/var/lib/nixos-containers'
    const mode = async (of: string) => (await sh(host, `stat --format %a ${of}`)).trim()
    await sh(host, `mkdir -p ${folder}`)
    const before = await mode(folder)
    await sh(host, `chmod 755 ${folder}`)
    await must(host, ['create', '-E', definition])
    expect(await mode(folder)).toBe('755')
    await must(host, ['destroy', 'demo'])
    // The second may be there still, of an ephemeral container that was killed.
    await sh(host, `rmdir ${folder}; rmdir /run/nixos-containers 2>/dev/null || :`)
    await must(host, ['create', '--start', '-E', '{ containers.demo = { config = {}; ephemeral = true; }; }'])
    expect([await mode(folder), await mode('/run/nixos-containers')]).toEqual(['700', '700'])
    await must(host, ['destroy', 'demo'])
    await sh(host, `chmod ${before} ${folder}`)
  })
})
