import { expect, test } from '@jest/globals'
import { hostKeyOf } from '../../../src/container/host-key.ts'
import { fakeHost } from '../../fake-host.ts'

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
