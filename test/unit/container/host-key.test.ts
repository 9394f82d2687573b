/** The key is a text that the container's root writes, and that users append to their known_hosts. */
import { expect, test } from '@jest/globals'
import { hostKeyOf } from '../../../src/container/host-key.ts'
import { pathsOf, stateOf } from '../../../src/container/paths.ts'
import { fakeHost } from '../../fake-host.ts'

const { unit, conf, unitRoot, confRoot } = pathsOf('demo')
const key = 'ssh-ed25519 AAAAC3Nza+/Z= root@demo'
const shown = (text: string) =>
  hostKeyOf(
    fakeHost(undefined, {
      disk: {
        ...{
          [unit]: { link: '/nix/store/u' },
          [conf]: { link: '/nix/store/c' },
          '/nix/store/u': '',
          '/nix/store/c': '',
        },
        ...{ [unitRoot]: { link: unit }, [confRoot]: { link: conf } },
        [`${stateOf('demo', 'container')}/etc/ssh/ssh_host_ed25519_key.pub`]: text,
      },
    }),
    'demo',
  )

test('it is shown as its file has it', async () => {
  expect(await shown(`${key}\n`)).toBe(key)
})

test('one line alone is shown, without commands for the terminal', async () => {
  expect(await shown(`${key}\x1b[2J\nexample.org ssh-ed25519 AAAAevil\n`)).toBe(`${key}?[2J`)
})

test('what is no key is not shown', async () => {
  await expect(shown('* ssh-ed25519 AAAAevil\n')).rejects.toThrow('has no SSH host key')
})

test.each([
  ['SYSTEM_PATH=/x\n', '/var/lib/nixos-containers/web'],
  ['KIND=lxc\n', '/var/lib/lxc/web/rootfs'],
])('the host key of a container that is down, with %j in its conf, is in %s', async (conf, root) => {
  const host = fakeHost(undefined, {
    disk: {
      '/run/systemd/system': { directory: true },
      '/proc/1/comm': 'systemd\n',
      '/nix/store/x-conf': conf,
      '/etc/nixos-containers/web.conf': { link: '/nix/store/x-conf' },
      '/nix/var/nix/gcroots/auto/extra-container-web.conf': { link: '/etc/nixos-containers/web.conf' },
      [`${root}/etc/ssh/ssh_host_ed25519_key.pub`]: 'ssh-ed25519 AAAA root@web\n',
    },
  })
  expect(await hostKeyOf(host, 'web')).toBe('ssh-ed25519 AAAA root@web')
})
