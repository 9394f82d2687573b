/** What is left of a container that could not be made, and what was there before. */
import { expect, test } from '@jest/globals'
import { createImperative, type ImperativeOptions } from '../../../../src/container/imperative/create.ts'
import { pathsOf } from '../../../../src/container/paths.ts'
import { prune } from '../../../../src/container/prune.ts'
import { type FakeHost, fakeHost } from '../../../fake-host.ts'

const options: ImperativeOptions = {
  ...{ nixFlags: [], nixosPath: undefined, uniqueName: false, autoStart: false },
  ...{ privateNetwork: false, bridge: undefined, ports: [], addresses: undefined },
}
const built = { kind: 'built', path: '/nix/store/x-system' } as const
const { profiles, systemProfile, configuration } = pathsOf('demo')

/** Cuts a creation of `demo` short before its container is installed. */
async function killedInCreate(): Promise<FakeHost> {
  let reached = () => {}
  const killed = new Promise<void>((resolve) => {
    reached = resolve
  })
  const host = fakeHost(
    ([file]) => {
      if (file !== 'nix-build') return {}
      reached()
      return new Promise(() => {})
    },
    { disk: { '/nix/store/x-system/init': '' } },
  )
  void createImperative(host, 'demo', built, options)
  await killed
  host.disk.set(configuration, '{ }')
  expect(host.disk.has(systemProfile)).toBe(true)
  return host
}

const leftOn = (host: FakeHost) => [...host.disk.keys()].filter((path) => /demo|other/.test(path))

test('what a command that was killed made is removed by the next, of whatever container', async () => {
  const host = await killedInCreate()
  await expect(createImperative(host, 'other', { ...built, path: '/nowhere' }, options)).rejects.toThrow('no init')
  expect(leftOn(host)).toEqual([])
})

test('or by prune, which tells it', async () => {
  const host = await killedInCreate()
  await prune(host, { dryRun: true, noWait: false })
  expect(host.stdout).toEqual(['unfinished creation of container demo'])
  expect(leftOn(host)).not.toEqual([])
  await prune(host, { dryRun: false, noWait: false })
  expect(leftOn(host)).toEqual([])
})

test('a profile that was there before is refused, and stays', async () => {
  const host = fakeHost(undefined, { disk: { [systemProfile]: { link: 'system-1-link' } } })
  await expect(createImperative(host, 'demo', built, options)).rejects.toThrow(
    `${profiles} holds profiles and belongs to no container.`,
  )
  expect([...host.disk.keys()]).toEqual([systemProfile])
})
