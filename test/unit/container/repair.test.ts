/** What a command that was killed at any step leaves, the next one finds and puts in order. */
import { describe, expect, test } from '@jest/globals'
import { whileChanging } from '../../../src/container/change.ts'
import type { Declared } from '../../../src/container/etc.ts'
import { installContainers } from '../../../src/container/install.ts'
import { readInstalled } from '../../../src/container/installed.ts'
import { whileHeld } from '../../../src/container/lock.ts'
import { pathsOf, stateOf } from '../../../src/container/paths.ts'
import { removeContainers } from '../../../src/container/remove.ts'
import type { Engine } from '../../../src/container/with-machines.ts'
import { type FakeHost, fakeHost } from '../../fake-host.ts'

const file = (path: string) => ({ path: `/nix/store/${path}`, text: '' })
const version = (path: string): Declared => ({
  name: 'demo',
  unit: file(path),
  conf: file(path),
  settings: new Map([['AUTO_START', '1']]),
})
const disk = { '/nix/store/new': 'new', '/nix/store/old': 'old' }
const paths = pathsOf('demo')

const engine: Engine = {
  manager: { kind: 'private', running: () => false },
  machines: { reload: async () => {}, terminate: async () => {} },
  stale: false,
  noWait: false,
} as unknown as Engine

const install = (host: FakeHost, what: Declared) => installContainers(host, engine, [what], { unheard: false })
const destroy = (host: FakeHost) =>
  whileHeld(host, ['demo'], {}, (held) => removeContainers(host, engine, ['demo'], held))
const next = (host: FakeHost) => whileChanging(host, engine, ['demo'], {}, async (_, repaired) => repaired)

/** Runs `work` and stops it for ever before its change number `steps` of the disk. Gives whether it was cut short. */
async function killedAfter(host: FakeHost, steps: number, work: () => Promise<unknown>): Promise<boolean> {
  let left = steps
  const real = { ...host.files }
  const forever = new Promise<never>(() => {})
  let killed = () => {}
  const cut = new Promise<boolean>((resolve) => {
    killed = () => resolve(true)
  })
  const counted =
    <A extends unknown[]>(change: (...args: A) => Promise<void>) =>
    async (...args: A) => {
      if (left-- <= 0) {
        killed()
        return forever
      }
      return change(...args)
    }
  for (const name of ['write', 'link', 'removeFile', 'removeTree'] as const) {
    host.files[name] = counted(real[name] as (...args: unknown[]) => Promise<void>) as never
  }
  const result = await Promise.race([cut, work().then(() => false)])
  Object.assign(host.files, real)
  host.held.length = 0
  return result
}

/** Runs the check for every step at which the work can be killed. */
async function atEveryStep(
  prepare: (host: FakeHost) => Promise<void>,
  work: (host: FakeHost) => Promise<unknown>,
  check: (host: FakeHost, steps: number) => Promise<void>,
) {
  for (let steps = 0; ; steps++) {
    const host = fakeHost(undefined, { disk: { ...disk } })
    await prepare(host)
    if (!(await killedAfter(host, steps, () => work(host)))) return steps
    await check(host, steps)
  }
}

const leftOf = (host: FakeHost) => [...host.disk.keys()].filter((path) => /demo/.test(path))
const linkTo = (host: FakeHost, path: string) => (host.disk.get(path) as { link?: string } | undefined)?.link

describe('killed at every step', () => {
  test('the installation of a new container is undone', async () => {
    const steps = await atEveryStep(
      async () => {},
      (host) => install(host, version('new')),
      async (host, at) => {
        expect(await next(host)).toEqual(at === 0 ? [] : ['demo'])
        expect(leftOf(host)).toEqual([])
        expect(host.stderr.length).toBe(at === 0 ? 0 : 1)
      },
    )
    expect(steps).toBeGreaterThan(5)
  })

  test('the replacement of a container is undone', async () => {
    await atEveryStep(
      (host) => install(host, version('old')),
      (host) => install(host, { ...version('new'), settings: new Map() }),
      async (host) => {
        await next(host)
        expect([linkTo(host, paths.unit), linkTo(host, paths.conf)]).toEqual(['/nix/store/old', '/nix/store/old'])
        expect(linkTo(host, paths.wants)).toBeDefined()
        expect(leftOf(host).filter((path) => path.startsWith('/run'))).toEqual([])
      },
    )
  })

  test('or finished, where garbage was collected that it could go back to', async () => {
    await atEveryStep(
      (host) => install(host, version('old')),
      (host) => install(host, version('new')),
      async (host, at) => {
        if (at === 0) return
        host.disk.delete('/nix/store/old')
        await next(host)
        expect([linkTo(host, paths.unit), linkTo(host, paths.conf)]).toEqual(['/nix/store/new', '/nix/store/new'])
        expect(host.stderr.join()).toContain('finished')
      },
    )
  })

  test('a destruction is finished', async () => {
    const steps = await atEveryStep(
      async (host) => {
        await install(host, version('old'))
        host.disk.set(`${stateOf('demo', 'container')}/etc/hostname`, 'demo')
      },
      destroy,
      async (host, at) => {
        expect(await next(host)).toEqual(at === 0 ? [] : ['demo'])
        expect(leftOf(host).length > 0).toBe(at === 0)
        expect((await readInstalled(host, 'demo')).kind).toBe(at === 0 ? 'ours' : 'none')
      },
    )
    expect(steps).toBeGreaterThan(5)
  })
})

test.each([
  ['lxc', '/var/lib/lxc/demo'],
  ['nspawn', '/var/lib/machines/demo'],
])('a destruction of kind %s is finished as of that kind', async (kind, root) => {
  const others = `${stateOf('demo', 'container')}/data`
  await atEveryStep(
    async (host) => {
      host.disk.set('/nix/store/old', `KIND=${kind}\n`)
      await install(host, version('old'))
      host.disk.set(`${root}/etc/hostname`, 'demo').set(others, 'theirs')
    },
    destroy,
    async (host, at) => {
      await next(host)
      if (at > 0) expect(leftOf(host)).toEqual([others])
      const released = host.commands.some((argv) => argv.some((word) => word.endsWith('lxc/scripts/stop.sh')))
      if (at > 0) expect(released).toBe(kind === 'lxc')
    },
  )
})

test('also after a reboot, which takes the journal', async () => {
  const others = `${stateOf('demo', 'container')}/data`
  await atEveryStep(
    async (host) => {
      host.disk.set('/nix/store/old', 'KIND=lxc\n')
      await install(host, version('old'))
      host.disk.set('/var/lib/lxc/demo/config', '').set(others, 'theirs')
    },
    destroy,
    async (host) => {
      for (const path of host.disk.keys()) if (path.startsWith('/run/')) host.disk.delete(path)
      // Between the last two marks nothing tells the kind any more.
      const marks = Object.values(paths).filter((path) => host.disk.has(path))
      if (marks.length === 0 || (marks.length === 1 && marks[0] === paths.confRoot)) return
      await destroy(host)
      expect(leftOf(host)).toEqual([others])
    },
  )
})

test('the unit tells the kind where the conf is overwritten and no journal is left', async () => {
  const data = `${stateOf('demo', 'container')}/data`
  const host = fakeHost(undefined, { disk: { ...disk, '/nix/store/old': 'RequiresMountsFor=/var/lib/lxc/%i\n' } })
  await install(host, version('old'))
  host.disk.set(paths.conf, '').set('/var/lib/lxc/demo/config', '').set(data, 'theirs')
  await destroy(host)
  expect(leftOf(host)).toEqual([data])
})

test('a damaged journal is named, with what to do', async () => {
  const host = fakeHost(undefined, { disk: { '/run/extra-container/steps/demo': '{"doing":"install"}' } })
  await expect(next(host)).rejects.toThrow('/run/extra-container/steps/demo is damaged')
})

test('locks are taken by name, the folder last, and all are let go', async () => {
  const host = fakeHost()
  const taken: string[][] = []
  const { locks } = host
  host.locks = async (names, options) => {
    taken.push([...names])
    return locks(names, options)
  }
  await whileHeld(host, ['b', 'a', 'b'], { folder: true }, async () => {})
  await whileHeld(host, ['b', 'a'], {}, (held) => held.inFolder(async () => {}))
  expect(taken).toEqual([['container-a', 'container-b', 'containers'], ['container-a', 'container-b'], ['containers']])
  expect(host.held).toEqual([])
})

test.each(['destroy', 'install'] as const)(
  'a journal (%s) is void where somebody else has the name by now',
  async (doing) => {
    const journal = doing === 'destroy' ? { doing } : { doing, before: {}, after: {} }
    const others = { [paths.conf]: 'A=1\n', [`${stateOf('demo', 'container')}/data`]: 'theirs' }
    const host = fakeHost(undefined, {
      disk: { ...others, '/run/extra-container/steps/demo': JSON.stringify(journal) },
    })
    await next(host).catch(() => {})
    expect(Object.fromEntries(host.disk)).toMatchObject(others)
  },
)
