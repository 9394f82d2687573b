import { expect, test } from '@jest/globals'
import { checkOverlaps, overlapOf } from '../../../src/container/overlap.ts'
import { fakeHost } from '../../fake-host.ts'

const container = (name: string, settings: Record<string, string>) => ({
  name,
  settings: new Map(Object.entries(settings)),
})
const overlap = (one: Record<string, string>, other: Record<string, string>) =>
  overlapOf(container('one', one), container('two', other))

test('the same local address, with or without a prefix length', () => {
  expect(overlap({ LOCAL_ADDRESS: '10.0.0.2' }, { LOCAL_ADDRESS: '10.0.0.2/24' })).toMatch(
    /"one" and "two".*10\.0\.0\.2/,
  )
  expect(overlap({ LOCAL_ADDRESS6: 'fd00::2' }, { LOCAL_ADDRESS6: 'fd00:0::2' })).toMatch(/localAddress6/)
})

test("a host's end with a prefix that covers the other's addresses, either way round", () => {
  const wide = { HOST_ADDRESS: '10.0.0.1/16', LOCAL_ADDRESS: '10.0.0.2' }
  const narrow = { HOST_ADDRESS: '10.0.7.1', LOCAL_ADDRESS: '10.0.7.2' }
  expect(overlap(wide, narrow)).toMatch(/hostAddress 10\.0\.0\.1\/16 of "one" covers/)
  expect(overlap(narrow, wide)).toMatch(/hostAddress 10\.0\.0\.1\/16 of "two" covers/)
})

test('a shared host address, neighbours on one bridge, other families and networks are no overlap', () => {
  const shared = { HOST_ADDRESS: '10.0.0.1' }
  expect(overlap({ ...shared, LOCAL_ADDRESS: '10.0.0.2' }, { ...shared, LOCAL_ADDRESS: '10.0.0.3' })).toBeUndefined()
  const bridged = { HOST_BRIDGE: 'br0', HOST_ADDRESS: '10.0.0.1/24' }
  expect(
    overlap({ ...bridged, LOCAL_ADDRESS: '10.0.0.2/24' }, { ...bridged, LOCAL_ADDRESS: '10.0.0.3/24' }),
  ).toBeUndefined()
  expect(
    overlap({ HOST_ADDRESS: '10.0.0.1/24' }, { HOST_ADDRESS6: 'fd00::1/64', LOCAL_ADDRESS: '10.0.1.2' }),
  ).toBeUndefined()
})

test('two bridges are two networks', () => {
  const local = { LOCAL_ADDRESS: '10.0.0.2/24' }
  expect(overlap({ ...local, HOST_BRIDGE: 'br0' }, { ...local, HOST_BRIDGE: 'br1' })).toBeUndefined()
  expect(overlap({ ...local, HOST_BRIDGE: 'br0' }, { ...local, HOST_BRIDGE: 'br0' })).toMatch(/overlap/)
})

test('containers count that have an interface now', async () => {
  const disk = {
    '/sys/class/net/ve-two/ifalias': 'container@two\n',
    '/sys/class/net/eth0/ifalias': '\n',
    '/etc/nixos-containers/two.conf': 'LOCAL_ADDRESS=10.0.0.2\n',
    '/etc/nixos-containers/three.conf': 'LOCAL_ADDRESS=10.0.0.3\n',
  }
  const file = { path: '/nix/store/x', text: '' }
  const declared = (name: string, address: string) => ({
    ...container(name, { LOCAL_ADDRESS: address }),
    unit: file,
    conf: file,
  })
  const host = fakeHost(undefined, { disk })
  await expect(checkOverlaps(host, [declared('one', '10.0.0.2')])).rejects.toThrow('"one" and "two"')
  await expect(checkOverlaps(host, [declared('one', '10.0.0.3')])).resolves.toBeUndefined()
  await expect(checkOverlaps(host, [declared('two', '10.0.0.2')])).resolves.toBeUndefined()
})
