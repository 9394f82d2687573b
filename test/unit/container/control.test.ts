import { expect, test } from '@jest/globals'
import { addressOf } from '../../../src/container/control.ts'
import { fakeHost } from '../../fake-host.ts'

const having = (conf: string) =>
  fakeHost(undefined, {
    disk: {
      '/nix/store/x-conf': conf,
      '/etc/nixos-containers/web.conf': { link: '/nix/store/x-conf' },
      '/nix/var/nix/gcroots/auto/extra-container-web.conf': { link: '/etc/nixos-containers/web.conf' },
    },
  })

test.each([
  ['LOCAL_ADDRESS=10.0.0.2/24\nLOCAL_ADDRESS6=fc00::2', '10.0.0.2'],
  ['LOCAL_ADDRESS=10.0.0.2', '10.0.0.2'],
  ['LOCAL_ADDRESS=\nLOCAL_ADDRESS6=fc00::2/64', 'fc00::2'],
])('the address of %j is %s', async (conf, address) => {
  expect(await addressOf(having(conf), 'web')).toBe(address)
})

test('a container without one is told how it gets one', async () => {
  await expect(addressOf(having('SYSTEM_PATH=/x'), 'web')).rejects.toThrow(
    'Container "web" has no address of its own. Give it one: localAddress, or extra.addressPrefix.',
  )
})
