/** Machines that have cgroup v2 alone, right at /sys/fs/cgroup, and run no systemd: a container of Docker, for one. */
import { describe, expect, test } from '@jest/globals'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

describe.each(hosts.slice(0, 1))('on $name', (host) => {
  watchLeftovers(host)

  test('a container starts and ends', async () => {
    const script = `umount --recursive /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
      "$0" shell -E '{ containers.demo.config = {}; }' --run c hostname`
    const machine = ['unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child']
    const result = await host.start([...machine, 'sh', '-c', script, `${host.root}/bin/extra-container`]).finished
    expect(result).toMatchObject({ status: 0, stdout: 'demo\n' })
  })
})
