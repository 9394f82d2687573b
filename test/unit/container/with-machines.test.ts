import { afterEach, expect, test } from '@jest/globals'
import { placeContainers } from '../../../src/container/paths.ts'
import { withMachines } from '../../../src/container/with-machines.ts'
import { fakeHost } from '../../fake-host.ts'

afterEach(() => placeContainers(false))

test.each([
  ['a container', false, 'SYSTEM_PATH=/x\n', '/var/lib/nixos-containers/web'],
  ['a container on a NixOS before 22.05', true, 'SYSTEM_PATH=/x\n', '/var/lib/containers/web'],
  ['a container of LXC', false, 'KIND=lxc\n', '/var/lib/lxc/web/rootfs'],
])('why %s did not start is looked for in its own root folder', async (_, legacy, conf, root) => {
  placeContainers(legacy)
  const inside = { UNIT: 'db.service', MESSAGE_ID: '7d4958e842da4a758f6c1cdc7b36dcc5', MESSAGE: 'Starting db.service' }
  const host = fakeHost(
    (argv) => {
      if (argv.includes(`--directory=${root}/var/log/journal`)) return { stdout: JSON.stringify(inside) }
      return argv.includes('start') ? { exitCode: 1 } : {}
    },
    {
      disk: {
        '/run/systemd/system': { directory: true },
        '/proc/1/comm': 'systemd\n',
        [`/etc/${legacy ? 'containers' : 'nixos-containers'}/web.conf`]: conf,
        [`${root}/var/log/journal/id/system.journal`]: '',
      },
    },
  )
  const started = withMachines(
    host,
    { start: false },
    async () => {},
    ({ machines }) => machines.start(['web']),
  )
  await expect(started).rejects.toThrow('Unit db.service inside: did not finish starting.')
})
