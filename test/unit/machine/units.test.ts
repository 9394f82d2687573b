/** Decisions about containers, over a systemd that answers by a script. */
import { describe, expect, test } from '@jest/globals'
import { Interrupted } from '../../../src/host/errors.ts'
import type { Places } from '../../../src/machine/machine.ts'
import type { Manager } from '../../../src/machine/manager.ts'
import { StartError } from '../../../src/machine/start-error.ts'
import { unitMachines } from '../../../src/machine/units.ts'
import { type Answer, fakeHost } from '../../fake-host.ts'

function manager(up = true): Manager & { starts: number } {
  const made = {
    kind: 'private' as const,
    starts: 0,
    running: () => up,
    start: async () => {
      made.starts++
      up = true
    },
    enter: (file: string, args: readonly string[]): [string, string[]] => [file, [...args]],
    path: (path: string) => path,
    cgroup: '/cg/extra-container',
    endWith: async () => false,
    stopIfIdle: async () => false,
    close: async () => {},
  }
  return made
}

const places: Places = {
  unitFile: (name) => `/units/container@${name}.service`,
  rootFolder: async (name) => `/roots/${name}`,
}

test('without a running manager all is stopped, and nothing is called', async () => {
  const host = fakeHost()
  const machines = unitMachines(host, manager(false), places)
  expect([...(await machines.states(['a', 'b']))]).toEqual([
    ['a', 'stopped'],
    ['b', 'stopped'],
  ])
  await machines.stop(['a'])
  await machines.terminate(['a'])
  expect(await machines.leader('a')).toBeUndefined()
  expect(host.commands).toEqual([])
})

test('all containers are started by one call, after the manager', async () => {
  const host = fakeHost()
  const down = manager(false)
  await unitMachines(host, down, places).start(['a', 'b'])
  expect(down.starts).toBe(1)
  expect(host.commands).toEqual([
    ['systemctl', '--no-ask-password', 'start', '--', 'container@a.service', 'container@b.service'],
  ])
})

const verb = (argv: readonly string[]) => argv.find((word) => ['start', 'stop', 'show', 'reset-failed'].includes(word))

test('one that systemd begins to start once more is told with why it failed', async () => {
  const host = fakeHost((argv): Answer => {
    if (argv.includes('UNIT=container@bad.service')) return { stdout: '{"UNIT_RESULT":"timeout"}' }
    if (verb(argv) === 'start') return { exitCode: 1 }
    return {
      stdout: 'Id=container@bad.service\nActiveState=activating\nLoadState=loaded\nResult=success\nTimeoutStartUSec=2s',
    }
  })
  await expect(unitMachines(host, manager(), places).start(['bad'])).rejects.toThrow(/was not ready within 2s/)
})

test('a failed start names only those that failed, why, and what they logged', async () => {
  const host = fakeHost((argv): Answer => {
    if (argv[0] === 'journalctl') return { stdout: 'boom\n\nlast words' }
    if (verb(argv) === 'start') return { exitCode: 1 }
    const state = (name: string, active: string) =>
      `Id=container@${name}.service\nActiveState=${active}\nLoadState=loaded\nResult=timeout\nTimeoutStartUSec=2s\nInvocationID=`
    return { stdout: `${state('good', 'active')}\n\n${state('bad', 'failed')}` }
  })
  const begin = Date.now()
  const error = await unitMachines(host, manager(), places)
    .start(['good', 'bad'])
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(StartError)
  expect((error as StartError).message).toBe(
    'Container "bad" did not start: it was not ready within 2s (option timeoutStartSec). ' +
      'Its last log lines:\n  boom\n  last words',
  )
  const asked = host.commands.find((argv) => argv.includes('--unit=container@bad.service'))
  const since = Number(asked?.find((word) => word.startsWith('--since=@'))?.slice('--since=@'.length))
  expect(since * 1000).toBeGreaterThanOrEqual(begin)
})

test('a failed start tells of units inside, from the journal in the root folder', async () => {
  const inside = {
    UNIT: 'web.service',
    MESSAGE_ID: '7d4958e842da4a758f6c1cdc7b36dcc5',
    MESSAGE: 'Starting web.service',
  }
  const host = fakeHost(
    (argv): Answer => {
      if (argv.includes('--directory=/roots/bad/var/log/journal')) return { stdout: JSON.stringify(inside) }
      return verb(argv) === 'start' ? { exitCode: 1 } : {}
    },
    { disk: { '/roots/bad/var/log/journal/id/system.journal': '' } },
  )
  await expect(unitMachines(host, manager(), places).start(['bad'])).rejects.toThrow(
    'Unit web.service inside: did not finish starting.',
  )
})

test('a container that was started too often is started once more, its count forgotten', async () => {
  let starts = 0
  const host = fakeHost((argv): Answer => {
    if (verb(argv) === 'start') return { exitCode: starts++ === 0 ? 1 : 0 }
    return { stdout: 'Id=container@a.service\nActiveState=failed\nLoadState=loaded\nResult=start-limit-hit' }
  })
  await unitMachines(host, manager(), places).start(['a'])
  expect(host.commands.map(verb).filter((word) => word !== 'show')).toEqual(['start', 'reset-failed', 'start'])
})

test('restart starts only when machined has forgotten the container', async () => {
  const host = fakeHost(undefined, {
    disk: {
      '/run/systemd/machines/a': 'NAME=a\nSCOPE=container@a.service\n',
      '/run/systemd/machines/b': 'NAME=b\nSCOPE=container@b.service\n',
    },
  })
  let slept = 0
  host.sleep = async () => {
    if (++slept === 3) host.disk.delete('/run/systemd/machines/a')
    expect(host.commands.map(verb)).toEqual(['show', 'stop'])
  }
  await unitMachines(host, manager(), places).restart(['a'])
  expect(slept).toBe(3)
  expect(host.commands.map(verb)).toEqual(['show', 'stop', 'reset-failed', 'start'])
})

test('a machine of another program under the same name is neither waited for nor ended', async () => {
  const host = fakeHost(undefined, { disk: { '/run/systemd/machines/a': 'NAME=a\nSCOPE=machine-a.scope\n' } })
  await unitMachines(host, manager(), places).terminate(['a'])
  expect(host.commands.flat()).not.toContain('machinectl')
})

test('what still boots is ended at once, the others in order', async () => {
  const host = fakeHost((argv) =>
    verb(argv) === 'show'
      ? { stdout: 'Id=container@a.service\nActiveState=activating\n\nId=container@b.service\nActiveState=active' }
      : {},
  )
  await unitMachines(host, manager(), places).stop(['a', 'b'])
  const units = host.commands.slice(1).map((argv) => argv.filter((word) => /terminate|^stop$|@/.test(word)))
  expect(units).toEqual([
    ['/root-of-the-program/src/machine/terminate.sh', 'container@a.service'],
    ['stop', 'container@b.service'],
  ])
})

test('the leader is the first process of its PID namespace, not the first in the cgroup', async () => {
  const host = fakeHost(undefined, {
    disk: {
      '/cg/extra-container/machine.slice/container@a.service/payload/init.scope/cgroup.procs': '70\n71\n',
      '/proc/70/status': 'Name:\tsh\nNSpid:\t70\t12\t9\n',
      '/proc/71/status': 'Name:\tsystemd\nNSpid:\t71\t13\t1\n',
    },
  })
  expect(await unitMachines(host, manager(), places).leader('a')).toBe(71)
})

describe('containers that are ended with their manager', () => {
  const terminate = async (disk: Record<string, string>) => {
    const host = fakeHost(undefined, { disk })
    const ended: string[] = []
    const endWith = async (units: readonly string[]) => ended.push(...units) > 0
    await unitMachines(host, { ...manager(), endWith }, places).terminate(['a'])
    return { ended, commands: host.commands }
  }
  const unit = '/units/container@a.service'
  test('where nothing is to be undone when they stop', async () => {
    const done = await terminate({ [unit]: '[Service]\nExecStart=/bin/x\n' })
    expect(done).toEqual({ ended: ['container@a.service'], commands: [] })
  })
  test.each([
    ['a stop script', { [unit]: '[Service]\nExecStart=/bin/x\nExecStopPost=/bin/y\n' }],
    ['a drop-in, which may have one', { [unit]: '[Service]\n', [`${unit}.d/x.conf`]: '[Service]\n' }],
    ['no unit file to be seen', {}],
  ])('not with %s: systemd stops them', async (_, disk) => {
    const { ended, commands } = await terminate(disk)
    expect(ended).toEqual([])
    expect(commands[0]).toContain('container@a.service')
  })
})

describe('a start that is not waited for any more', () => {
  const startWith = (options: { signal?: AbortSignal; skip?: AbortSignal }) => {
    const host = fakeHost((argv) => (argv.includes('--no-block') ? {} : new Interrupted('SIGINT')))
    return { host, started: unitMachines(host, manager(), places).start(['a'], options) }
  }

  test('goes on: systemd is asked once more, without waiting', async () => {
    const { host, started } = startWith({ skip: AbortSignal.abort('SIGINT'), signal: new AbortController().signal })
    await started
    expect(host.commands.at(-1)).toEqual([
      'systemctl',
      '--no-ask-password',
      'start',
      '--no-block',
      '--',
      'container@a.service',
    ])
  })

  test('is given up where the whole command is', async () => {
    const signal = AbortSignal.abort('SIGTERM')
    await expect(startWith({ skip: AbortSignal.abort('SIGINT'), signal }).started).rejects.toThrow(Interrupted)
    await expect(startWith({ signal }).started).rejects.toThrow(Interrupted)
  })
})
