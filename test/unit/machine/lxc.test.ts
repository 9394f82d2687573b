import { expect, test } from '@jest/globals'
import { lxc } from '../../../src/machine/lxc.ts'
import type { Manager } from '../../../src/machine/manager.ts'
import { fakeHost } from '../../fake-host.ts'

const installed = { '/usr/bin/lxc-start': '', '/usr/bin/newuidmap': '' }

test('what is not installed is named with the line that installs it', async () => {
  await expect(lxc.requires?.(fakeHost(), 'demo', new Map())).rejects.toThrow(
    'Container "demo" is run by LXC and needs lxc-start, which is not installed. Run: util/install.sh --with lxc',
  )
  const host = fakeHost(undefined, { disk: installed })
  await lxc.requires?.(host, 'demo', new Map())
  await expect(lxc.requires?.(host, 'demo', new Map([['NAT', '1']]))).rejects.toThrow('needs dnsmasq')
})

test('a range of ids that is not the usual one is told', async () => {
  const host = fakeHost(() => ({ stderr: 'The ids from 100000 belong to bob in /etc/subuid.\n' }))
  await lxc.installed?.(host)
  expect(host.stderr).toEqual(['The ids from 100000 belong to bob in /etc/subuid.'])
  const full = fakeHost(() => ({ exitCode: 1, stderr: '/etc/subuid has no room\n' }))
  await expect(lxc.installed?.(full)).rejects.toThrow('/etc/subuid has no room')
})

test('a release reaches the systemd that runs dnsmasq, where there is one', async () => {
  const manager = (up: boolean) =>
    ({ running: () => up, enter: (file: string, args: string[]) => ['nsenter', [file, ...args]] }) as unknown as Manager
  for (const [up, first] of [
    [true, 'nsenter'],
    [false, 'env'],
  ] as const) {
    const host = fakeHost()
    await lxc.removed?.(host, manager(up), 'demo')
    expect(host.commands.map(([file]) => file)).toEqual([first])
    expect(host.commands[0]).toContain('INSTANCE=demo')
  }
})
