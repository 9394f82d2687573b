/** Files beside unit and conf: put and removed with them, shared by some, never somebody else's. */
import { expect, test } from '@jest/globals'
import type { Declared } from '../../../src/container/etc.ts'
import { installContainers } from '../../../src/container/install.ts'
import { whileHeld } from '../../../src/container/lock.ts'
import { removeContainers } from '../../../src/container/remove.ts'
import { refuseForeignFiles } from '../../../src/container/shared-files.ts'
import type { Engine } from '../../../src/container/with-machines.ts'
import { type FakeHost, fakeHost } from '../../fake-host.ts'

const engine = {
  manager: { kind: 'private', running: () => false },
  machines: { reload: async () => {}, terminate: async () => {} },
  stale: false,
  noWait: false,
} as unknown as Engine

const zone = '/etc/systemd/network/10-vz-z.network'
const settings = new Map([['KIND', 'nspawn']])

/** A built etc with these containers of a zone, as files of the disk. */
const built = (etc: string, names: readonly string[], links = (name: string) => [`systemd/nspawn/${name}.nspawn`]) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const files = ['systemd/network/10-vz-z.network', `systemd/system/systemd-nspawn@${name}.service`, ...links(name)]
      return [
        [`/nix/store/${etc}/etc/systemd/system/container@${name}.service`, 'unit'],
        [`/nix/store/${etc}/etc/nixos-containers/${name}.conf`, 'KIND=nspawn'],
        [`/nix/store/${etc}/etc/extra-container/${name}.json`, JSON.stringify({ links: files })],
      ]
    }),
  )
const declared = (etc: string, name: string): Declared => ({
  name,
  unit: { path: `/nix/store/${etc}/etc/systemd/system/container@${name}.service`, text: 'unit' },
  conf: { path: `/nix/store/${etc}/etc/nixos-containers/${name}.conf`, text: 'KIND=nspawn' },
  settings,
})
const install = (host: FakeHost, ...containers: Declared[]) =>
  installContainers(host, engine, containers, { unheard: false })
const destroy = (host: FakeHost, ...names: string[]) =>
  whileHeld(host, names, {}, (held) => removeContainers(host, engine, names, held))
const linkAt = (host: FakeHost, path: string) => (host.disk.get(path) as { link?: string } | undefined)?.link

test('they are linked with the container and go with it', async () => {
  const host = fakeHost(undefined, { disk: built('one', ['a']) })
  await install(host, declared('one', 'a'))
  expect(linkAt(host, '/etc/systemd/nspawn/a.nspawn')).toBe('/nix/store/one/etc/systemd/nspawn/a.nspawn')
  expect(linkAt(host, '/etc/systemd-mutable/system/systemd-nspawn@a.service')).toBe('container@a.service')
  expect(linkAt(host, zone)).toBe('/nix/store/one/etc/systemd/network/10-vz-z.network')
  await destroy(host, 'a')
  expect([...host.disk.keys()].filter((path) => /nspawn|network/.test(path))).toEqual([])
})

test('one that several share leads to the files of who is left, and goes with the last', async () => {
  const host = fakeHost(undefined, { disk: { ...built('one', ['a', 'b']), ...built('two', ['b']) } })
  await install(host, declared('one', 'a'), declared('one', 'b'))
  await install(host, declared('two', 'b'))
  expect(linkAt(host, zone)).toContain('/nix/store/two/')
  await destroy(host, 'b')
  expect(linkAt(host, zone)).toContain('/nix/store/one/')
  await destroy(host, 'a')
  expect(linkAt(host, zone)).toBeUndefined()
})

test('those that go together leave nothing', async () => {
  const host = fakeHost(undefined, { disk: built('one', ['a', 'b']) })
  await install(host, declared('one', 'a'), declared('one', 'b'))
  await destroy(host, 'a', 'b')
  expect(linkAt(host, zone)).toBeUndefined()
})

test('what a new version does not have any more goes; a failed installation brings it back', async () => {
  const host = fakeHost(undefined, { disk: { ...built('one', ['a']), ...built('two', ['a'], () => []) } })
  await install(host, declared('one', 'a'))
  const failing = {
    ...engine,
    machines: {
      reload: async () => {
        throw new Error('no reload')
      },
    },
  } as unknown as Engine
  await expect(installContainers(host, failing, [declared('two', 'a')], { unheard: false })).rejects.toThrow()
  expect(linkAt(host, '/etc/systemd/nspawn/a.nspawn')).toContain('/nix/store/one/')
  await install(host, declared('two', 'a'))
  expect(linkAt(host, '/etc/systemd/nspawn/a.nspawn')).toBeUndefined()
  expect(linkAt(host, zone)).toContain('/nix/store/two/')
})

test.each([
  ['a file', '[Network]\nmine'],
  ['a link to elsewhere', { link: '/etc/mine.network' }],
])('%s that took the place of one since stays as it is', async (_, mine) => {
  const host = fakeHost(undefined, { disk: { ...built('one', ['a', 'b']), ...built('two', ['b']) } })
  await install(host, declared('one', 'a'), declared('one', 'b'))
  host.disk.set(zone, mine)
  await install(host, declared('two', 'b'))
  await destroy(host, 'a')
  await destroy(host, 'b')
  expect(host.disk.get(zone)).toEqual(mine)
  expect(linkAt(host, '/etc/systemd/nspawn/b.nspawn')).toBeUndefined()
})

test('paths outside of the folders that are meant are not read from a built etc', async () => {
  const disk = built('one', ['a'], () => ['systemd/nspawn/../../passwd', 'passwd', '../shadow.nspawn'])
  const host = fakeHost(undefined, { disk })
  await install(host, declared('one', 'a'))
  expect([...host.disk.keys()].filter((path) => /passwd|shadow/.test(path))).toEqual([])
})

test.each([
  ['a file', 'mine'],
  ['a link to elsewhere', { link: '/etc/static/a.nspawn' }],
])('%s in the place of one is refused', async (_, there) => {
  const host = fakeHost(undefined, { disk: { ...built('one', ['a']), '/etc/systemd/nspawn/a.nspawn': there } })
  await expect(refuseForeignFiles(host, [declared('one', 'a')])).rejects.toThrow(
    'Container "a" needs /etc/systemd/nspawn/a.nspawn, and that is there already and not ours.',
  )
})

test('ours of before are not refused', async () => {
  const host = fakeHost(undefined, { disk: { ...built('one', ['a']), ...built('two', ['a']) } })
  await install(host, declared('one', 'a'))
  await expect(refuseForeignFiles(host, [declared('two', 'a')])).resolves.toBeUndefined()
})
