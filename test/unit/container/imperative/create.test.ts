/** What is left of a container that could not be made, and what was there before. */
import { expect, test } from '@jest/globals'
import { createImperative, type ImperativeOptions } from '../../../../src/container/imperative/create.ts'
import { pathsOf } from '../../../../src/container/paths.ts'
import { fakeHost } from '../../../fake-host.ts'

const options: ImperativeOptions = {
  ...{ nixFlags: [], nixosPath: undefined, uniqueName: false, autoStart: false },
  ...{ privateNetwork: false, bridge: undefined, ports: [], addresses: undefined },
}
const built = { kind: 'built', path: '/nix/store/x-system' } as const
const { profiles, systemProfile, configuration } = pathsOf('demo')

test('what a command that was killed made is removed by the next, of whatever container', async () => {
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
  await expect(createImperative(host, 'other', { ...built, path: '/nowhere' }, options)).rejects.toThrow('no init')
  expect([...host.disk.keys()].filter((path) => /demo|other/.test(path))).toEqual([])
})

test('a profile that was there before is refused, and stays', async () => {
  const host = fakeHost(undefined, { disk: { [systemProfile]: { link: 'system-1-link' } } })
  await expect(createImperative(host, 'demo', built, options)).rejects.toThrow(
    `${profiles} holds profiles and belongs to no container.`,
  )
  expect([...host.disk.keys()]).toEqual([systemProfile])
})
