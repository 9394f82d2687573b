/** Prefixes for extra.addressPrefix = "auto": free ones, kept while installed, different for commands at the same time. */
import { describe, expect, test } from '@jest/globals'
import { chooseAddresses, poolFrom } from '../../../src/container/auto-addresses.ts'
import { releaseAddresses } from '../../../src/container/claims.ts'
import type { Declared } from '../../../src/container/etc.ts'
import type { Needs } from '../../../src/container/needs.ts'
import { overlap, parseNetwork, parseRoutes } from '../../../src/container/networks.ts'
import { fakeHost } from '../../fake-host.ts'

const trie = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     |-- 10.200.1.0
        /24 link UNICAST
Local:
     |-- 10.200.2.7
        /32 host LOCAL
`
const file = { path: '/nix/store/x', text: '' }
const container = (name: string, autoPrefix: string | null, settings: Record<string, string> = {}): Declared => ({
  name,
  unit: file,
  conf: file,
  settings: new Map(Object.entries(settings)),
  needs: { autoPrefix } as Needs,
})
const stat = (start: string) => `1 (node) S 1 ${'0 '.repeat(17)}${start} 0 0`
const folder = '/run/extra-container/addresses'
const host = (disk: Record<string, string | { link: string }> = {}, env = {}) =>
  fakeHost(undefined, { disk: { '/proc/1000/stat': stat('5'), '/proc/net/fib_trie': trie, ...disk }, env })

test('routes and own addresses are read, the default route is none', () => {
  expect(parseRoutes(trie)).toEqual([parseNetwork('10.200.1.0/24'), parseNetwork('10.200.2.7')])
})

test.each([
  ['10.0.0.0/8', '10.9.8.0/24', true],
  ['10.0.1.0/24', '10.0.2.0/24', false],
  ['10.0.2.255', '10.0.2.0/24', true],
])('%s and %s overlap: %s', (one, other, expected) => {
  const [a, b] = [parseNetwork(one), parseNetwork(other)]
  expect(a && b && overlap(a, b)).toBe(expected)
})

describe('a proposed prefix', () => {
  test('is taken where it is free, and nothing is chosen for others', async () => {
    const machine = host()
    expect(await chooseAddresses(machine, [container('a', '10.200.3'), container('b', null)])).toEqual({})
    expect(await machine.files.list(folder)).toEqual(['10.200.3.1000-5'])
    await releaseAddresses(machine)
    expect(await machine.files.list(folder)).toEqual([])
  })

  test.each([
    ['a route', '10.200.1', {}],
    ["this machine's address", '10.200.2', {}],
    ['an installed container', '10.200.3', { '/etc/nixos-containers/x.conf': 'LOCAL_ADDRESS=10.200.3.9/24\n' }],
    ['a command at the same time', '10.200.3', { [`${folder}/10.200.3.77-8`]: '', '/proc/77/stat': stat('8') }],
  ])('is replaced where %s has it', async (_, proposed, disk) => {
    const machine = host(disk, { EXTRA_CONTAINER_ADDRESS_POOL: '10.200.0.0/22' })
    const { a = '' } = await chooseAddresses(machine, [container('a', proposed)])
    expect(['10.200.0', '10.200.3'].filter((free) => free !== proposed)).toContain(a)
  })

  test('is free where the command that chose it was killed', async () => {
    const machine = host({ [`${folder}/10.200.3.77-8`]: '', '/proc/77/stat': stat('9') })
    expect(await chooseAddresses(machine, [container('a', '10.200.3')])).toEqual({})
  })

  test('is replaced where another container of the definition has it', async () => {
    const declared = [container('a', '10.200.3'), container('b', '10.200.3'), container('c', null)]
    expect(Object.keys(await chooseAddresses(host(), declared))).toEqual(['b'])
    const fixed = [container('a', '10.200.3'), container('b', null, { HOST_ADDRESS: '10.200.3.1' })]
    expect(Object.keys(await chooseAddresses(host(), fixed))).toEqual(['a'])
  })
})

test('one lock for all choices, with an installed container passed over and an address of another command respected', async () => {
  const etc = '/nix/store/e/etc'
  const machine = host({
    [`${etc}/nixos-containers/a.conf`]: '',
    [`${etc}/extra-container/a.json`]: '{"autoPrefix":"10.200.3"}',
    '/etc/nixos-containers/a.conf': { link: `${etc}/nixos-containers/a.conf` },
    '/nix/var/nix/gcroots/auto/extra-container-a.conf': { link: '/etc/nixos-containers/a.conf' },
    [`${folder}/10.200.4.7.77-8`]: '',
    '/proc/77/stat': stat('8'),
  })
  const held: string[][] = []
  const { list, write } = machine.files
  machine.files.list = (path) => {
    if (path === folder) held.push([...machine.held])
    return list(path)
  }
  machine.files.write = (path, text) => {
    held.push([...machine.held])
    return write(path, text)
  }
  const declared = [container('b', '10.200.3'), container('a', '10.200.0'), container('c', '10.200.4')]
  const chosen = await chooseAddresses(machine, declared)
  expect(chosen).toEqual({ a: '10.200.3', b: expect.any(String), c: expect.any(String) })
  expect(held).toEqual([['addresses'], ['addresses'], ['addresses']])
  expect(machine.held).toEqual([])
})

test('a pool without a free prefix is an error that names it', async () => {
  const machine = host({}, { EXTRA_CONTAINER_ADDRESS_POOL: '10.200.1.0/24' })
  await expect(chooseAddresses(machine, [container('a', '10.200.1')])).rejects.toThrow(
    'Container "a" has extra.addressPrefix = "auto", and no prefix is free in 10.200.1.0/24',
  )
})

test.each(['10.0.0.0/25', '10.0.0', 'x', '300.0.0.0/8'])('the pool %s is refused', (text) => {
  expect(() => poolFrom({ EXTRA_CONTAINER_ADDRESS_POOL: text })).toThrow('is no network to take prefixes from')
})
