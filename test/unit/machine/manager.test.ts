/** Which manager a machine has, and when a private one is trusted, started and ended. */
import { describe, expect, test } from '@jest/globals'
import { cgroupMount } from '../../../src/host/cgroups.ts'
import { openManager } from '../../../src/machine/manager.ts'
import { type FakeHost, fakeHost } from '../../fake-host.ts'

const hybrid = '40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n'
const unified = '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:9 - cgroup2 cgroup2 rw\n'
const stat = (start: string, state = 'S') => `77 (a) b) c) ${state} 1 ${'0 '.repeat(17)}${start} 0 0`
const state = '/run/extra-container/manager'
const upAndRunning = {
  '/proc/self/mountinfo': hybrid + unified,
  [`${state}/pid`]: '77 500\n',
  [`${state}/up`]: '',
  '/proc/77/stat': stat('500'),
}

/** One whose find removes. */
function machineWithCgroups(disk: Record<string, string>): FakeHost {
  const host: FakeHost = fakeHost(
    ([file, folder = '']) => {
      const below = file === 'find' ? [...host.disk.keys()].filter((path) => path.startsWith(folder)) : []
      for (const path of below) host.disk.delete(path)
      return {}
    },
    { disk },
  )
  return host
}

test('cgroup2 is found beside version 1', () => {
  expect(cgroupMount(hybrid + unified)).toBe('/sys/fs/cgroup/unified')
  expect(cgroupMount(hybrid)).toBeUndefined()
})

test('where systemd is PID 1 it is called directly', async () => {
  const host = fakeHost(undefined, {
    disk: { '/run/systemd/system': { directory: true }, '/proc/1/comm': 'systemd\n' },
  })
  const manager = await openManager(host, { start: true })
  expect(manager.kind).toBe('system')
  expect(manager.enter('systemctl', ['x'])).toEqual(['systemctl', ['x']])
  expect(await manager.stopIfIdle()).toBe(false)
})

test('a folder of a systemd that is not PID 1 does not count', async () => {
  const host = fakeHost(undefined, { disk: { '/run/systemd/system': { directory: true }, '/proc/1/comm': 'tini\n' } })
  expect((await openManager(host, { start: false })).kind).toBe('private')
})

test('a running private manager is entered in its namespaces', async () => {
  const manager = await openManager(fakeHost(undefined, { disk: upAndRunning }), { start: true })
  expect(manager.enter('systemctl', ['x'])[1].join(' ')).toBe('-t 77 -m -p -C -- systemctl x')
})

test('it is not ended while a container runs', async () => {
  const disk = { ...upAndRunning, '/etc/systemd-mutable/system/container@a.service': '' }
  const host = fakeHost(() => ({ stdout: 'container@a.service loaded active running x' }), { disk })
  const manager = await openManager(host, { start: false })
  expect(await manager.stopIfIdle()).toBe(false)
  expect(host.killed).toEqual([])
})

test('it is not ended while another command uses it', async () => {
  const host = fakeHost(undefined, { disk: upAndRunning })
  const lock = host.lock
  host.lock = async (name, options) => (options?.noWait ? undefined : lock(name, options))
  const manager = await openManager(host, { start: false })
  expect(await manager.stopIfIdle()).toBe(false)
  expect(host.killed).toEqual([])
})

test('a manager that the other command ended meanwhile is not used any more', async () => {
  const host = fakeHost(undefined, { disk: upAndRunning })
  const lock = host.lock
  host.lock = async (name, options) => {
    if (!options?.noWait) return lock(name, options)
    host.disk.delete('/proc/77/stat')
    return undefined
  }
  const manager = await openManager(host, { start: false })
  expect(await manager.stopIfIdle()).toBe(true)
  await manager.close()
  expect(host.held).toEqual([])
})

test('idle, it is killed and its state removed', async () => {
  const host = fakeHost(undefined, { disk: upAndRunning })
  host.kill = (pid, signal) => {
    host.disk.delete(`/proc/${pid}/stat`)
    return host.killed.push([pid, signal]) > 0
  }
  const manager = await openManager(host, { start: false })
  expect(await manager.stopIfIdle()).toBe(true)
  expect(host.killed).toEqual([[77, 'SIGKILL']])
  expect([...host.disk.keys()].filter((path) => path.startsWith(state))).toEqual([])
  expect(host.held).toEqual([])
})

test('of two commands that end at the same time one ends it, although each kept the other from it before', async () => {
  const host = machineWithCgroups(upAndRunning)
  host.kill = (pid) => host.disk.delete(`/proc/${pid}/stat`)
  const lock = host.lock
  let others = 1
  host.lock = async (name, options) => (options?.noWait && others > 0 ? undefined : lock(name, options))
  const manager = await openManager(host, { start: false })
  expect(await manager.stopIfIdle()).toBe(false)
  others = 0
  await manager.close()
  expect(host.disk.has('/proc/77/stat')).toBe(false)
  expect(host.held).toEqual([])
})

describe('ended with its containers', () => {
  const cgroup = '/sys/fs/cgroup/unified/extra-container'
  const visible = { ...upAndRunning, [`${cgroup}/init.scope/cgroup.procs`]: '' }
  const slice = `${cgroup}/machine.slice`
  const one = { ...visible, [`${slice}/container@a.service/cgroup.procs`]: '9\n', [`${slice}/cgroup.procs`]: '' }
  const machine = (disk: Record<string, string>) => {
    const host = machineWithCgroups(disk)
    host.killCgroup = (folder) => {
      host.disk.delete('/proc/77/stat')
      return host.killedCgroups.push(folder) > 0
    }
    return host
  }
  test('all are killed in one step, and the state is removed', async () => {
    const host = machine(one)
    const manager = await openManager(host, { start: false })
    expect(await manager.endWith(['container@a.service'])).toBe(true)
    expect(manager.running()).toBe(false)
    expect(await manager.stopIfIdle()).toBe(true)
    expect(host.killedCgroups).toEqual([cgroup])
    expect([...host.disk.keys()].filter((path) => path.startsWith(state))).toEqual([])
    expect(host.held).toEqual([])
  })
  test('not where another container runs', async () => {
    const host = machine({ ...one, [`${slice}/container@b.service/cgroup.procs`]: '10\n' })
    const manager = await openManager(host, { start: false })
    expect(await manager.endWith(['container@a.service'])).toBe(false)
    expect(manager.running()).toBe(true)
    expect(host.killedCgroups).toEqual([])
  })
  test('not where a container may run in a slice of its own', async () => {
    const unit = '/etc/systemd-mutable/system/container@b.service'
    const host = machine({ ...one, [unit]: '[Service]\nSlice=batch.slice\n' })
    const manager = await openManager(host, { start: false })
    expect(await manager.endWith(['container@a.service'])).toBe(false)
    expect(host.killedCgroups).toEqual([])
  })
  test('not while another command uses it, and then it goes on being used', async () => {
    const host = machine(one)
    const lock = host.lock
    host.lock = async (name, options) => (options?.noWait ? undefined : lock(name, options))
    const manager = await openManager(host, { start: false })
    expect(await manager.endWith(['container@a.service'])).toBe(false)
    expect(host.killedCgroups).toEqual([])
    expect(host.held).toEqual(['manager'])
  })
})

test('a start that fails shows the log and what a private systemd needs', async () => {
  const host = machineWithCgroups({ '/proc/self/mountinfo': unified })
  host.startDaemon = async (_, __, logFile) => {
    host.disk.set(logFile, 'mount: denied\n')
    return 4242
  }
  await expect(openManager(host, { start: true })).rejects.toThrow(/did not come up:\nmount: denied\n.*--privileged/)
  expect(host.held).toEqual(['manager'])
  expect(host.disk.has(`${state}/log`)).toBe(false)
})

test('without cgroup2 the error names the command that mounts it', async () => {
  const host = fakeHost(undefined, { disk: { '/proc/self/mountinfo': hybrid } })
  await expect(openManager(host, { start: true })).rejects.toThrow('mount -t cgroup2')
})
