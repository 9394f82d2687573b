import { expect, test } from '@jest/globals'
import { releaseAddresses } from '../../../../src/container/claims.ts'
import { claimFixed, claimFree, refuseShared } from '../../../../src/container/nixcloud/addresses.ts'
import { hostOnly } from '../../../../src/container/nixcloud/networks.ts'
import type { State } from '../../../../src/machine/machine.ts'
import { fakeHost } from '../../../fake-host.ts'

const claims = '/run/extra-container/addresses'
const stat = (start: number) => `1 (x) S ${Array.from({ length: 18 }, () => '0').join(' ')} ${start} 0`
const links = JSON.stringify([{ ifname: 'eth0', addr_info: [{ local: '10.101.0.4' }] }])

const makeHost = (disk: Record<string, string> = {}) =>
  fakeHost(() => ({ stdout: links }), {
    disk: {
      '/proc/1000/stat': stat(7),
      '/proc/2000/stat': stat(8),
      '/etc/nixos-containers/one.conf': 'KIND=lxc\nLOCAL_ADDRESS=10.101.0.2\n',
      '/etc/nixos-containers/two.conf': 'HOST_ADDRESS=10.101.0.5/24\nLOCAL_ADDRESS=10.0.0.1\n',
      ...disk,
    },
  })

test('what containers, interfaces and commands that live have is passed over; what dead ones had is removed', async () => {
  const host = makeHost({
    [`${claims}/10.101.0.3.2000-8`]: '',
    [`${claims}/10.101.0.6.2000-9`]: '',
    [`${claims}/10.1.2.2000-8`]: '',
  })
  expect(await claimFree(host, 'new', hostOnly)).toBe('10.101.0.6')
  expect(await host.files.list(claims)).toEqual(['10.1.2.2000-8', '10.101.0.3.2000-8', '10.101.0.6.1000-7'])
  expect(host.held).toEqual([])
  await releaseAddresses(host)
  expect(await host.files.list(claims)).toEqual(['10.1.2.2000-8', '10.101.0.3.2000-8'])
})

test("a fixed one: another's is refused with its owner, the container's own is not", async () => {
  const host = makeHost({ [`${claims}/10.101.0.3.2000-8`]: '' })
  for (const [address, owner] of [
    ['10.101.0.1', 'the bridge brNC-hostonly'],
    ['10.101.0.2', 'the container "one"'],
    ['10.101.0.3', 'a container that is being made'],
    ['10.101.0.4', "this host's interface eth0"],
  ] as const) {
    const message = `Container "new" has network.ip = "${address}", which ${owner} has.`
    await expect(claimFixed(host, 'new', address, hostOnly)).rejects.toThrow(message)
  }
  expect(await claimFixed(host, 'one', '10.101.0.2', hostOnly)).toBe('10.101.0.2')
  expect(host.held).toEqual([])
})

test('two with the same address do not run at the same time', async () => {
  const installed = Object.fromEntries(
    ['one', 'same', 'apart'].flatMap((name) => [
      [`/etc/systemd-mutable/system/container@${name}.service`, { link: '/nix/store/x-unit' }],
      [
        `/nix/var/nix/gcroots/auto/extra-container-${name}`,
        { link: `/etc/systemd-mutable/system/container@${name}.service` },
      ],
      [`/nix/var/nix/gcroots/auto/extra-container-${name}.conf`, { link: `/etc/nixos-containers/${name}.conf` }],
      [`/etc/nixos-containers/${name}.conf`, { link: `/nix/store/x-${name}` }],
      [
        `/nix/store/x-${name}`,
        `KIND=lxc\nHOST_BRIDGE=${name === 'apart' ? 'br0' : 'brNC-hostonly'}\nLOCAL_ADDRESS=10.101.0.2\n`,
      ],
    ]),
  )
  const host = fakeHost(undefined, { disk: { '/nix/store/x-unit': '', ...installed } })
  const refuse = (states: Record<string, State>) =>
    refuseShared(
      host,
      { machines: { states: async () => new Map(Object.entries(states)) } } as unknown as Parameters<
        typeof refuseShared
      >[1],
      'one',
    )
  await refuse({ same: 'stopped', apart: 'running' })
  await expect(refuse({ same: 'running' })).rejects.toThrow('"one" and "same" have the same address 10.101.0.2')
})
