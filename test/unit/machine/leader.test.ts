/** Which processes of a container's cgroup are its own, and which wait for commands inside. */
import { expect, test } from '@jest/globals'
import { helpShutdown, waitersOf } from '../../../src/machine/leader.ts'
import { fakeHost } from '../../fake-host.ts'

const manager = { cgroup: '/cg' }
const unit = '/cg/machine.slice/container@a.service'

/** Init 100 and a program 101 in the container; 200 waits for a command, which is 201. */
const disk = (init: string) => ({
  [`${unit}/payload/init.scope/cgroup.procs`]: '100\n101\n200\n201\n',
  '/proc/100/status': 'NSpid:\t100\t1\n',
  '/proc/100/comm': `${init}\n`,
  '/proc/101/status': 'NSpid:\t101\t7\n',
  '/proc/200/status': 'NSpid:\t200\n',
  '/proc/201/status': 'NSpid:\t201\t9\n',
})

test('what waits for a command is outside of the PID namespace', async () => {
  expect(await waitersOf(fakeHost(undefined, { disk: disk('systemd') }), manager, 'a')).toEqual([200])
})

test('it goes on where the container shuts itself down, whose init looks again; both are left alone otherwise', async () => {
  const up = fakeHost(undefined, { disk: disk('systemd') })
  await helpShutdown(up, manager, 'a')
  expect(up.killed).toEqual([])

  const down = fakeHost(undefined, { disk: disk('systemd-shutdow') })
  await helpShutdown(down, manager, 'a')
  expect(down.killed).toEqual([
    [200, 'SIGCONT'],
    [100, 'SIGCHLD'],
  ])
})

test('nothing is looked at where the container does not run, or its cgroup is not to be seen', async () => {
  const host = fakeHost()
  await helpShutdown(host, manager, 'a')
  await helpShutdown(host, { cgroup: undefined }, 'a')
  expect(host.killed).toEqual([])
})
