import { describe, expect, test } from '@jest/globals'
import { checkNeeds } from '../../../src/container/check-needs.ts'
import type { Declared } from '../../../src/container/etc.ts'
import type { Needs } from '../../../src/container/needs.ts'
import { fakeHost } from '../../fake-host.ts'

const file = { path: '/nix/store/x', text: '' }
const nothing: Needs = {
  files: [],
  devices: [],
  bridges: [],
  interfaces: [],
  macvlans: [],
  networkNamespace: null,
  forwarded: [],
  published: [],
  limits: {},
}
const container = (needs: Partial<Needs>, name = 'demo'): Declared => ({
  name,
  unit: file,
  conf: file,
  settings: new Map(),
  needs: { ...nothing, ...needs },
})
const manager = { cgroup: '/sys/fs/cgroup' }
const check = (needs: Partial<Needs>, disk: Record<string, string> = {}) =>
  checkNeeds(fakeHost(undefined, { disk }), manager, [], [container(needs)], () => undefined)

test.each([
  { needs: { files: ['/no/such'] }, says: /"demo" binds "\/no\/such"/ },
  { needs: { devices: ['/dev/nope'] }, says: /\/dev\/nope/ },
  { needs: { bridges: ['br9'] }, says: /br9.*ip link add br9 type bridge/ },
  { needs: { interfaces: ['eth9'] }, says: /eth9.*Change interfaces/ },
  { needs: { macvlans: ['eth9'] }, says: /eth9.*Change macvlans/ },
  { needs: { networkNamespace: '/run/netns/vpn' }, says: /\/run\/netns\/vpn.*ip netns add vpn/ },
])('$needs: named where it is missing', async ({ needs, says }) => {
  await expect(check(needs)).rejects.toThrow(says)
})

test('an interface that is no bridge', async () => {
  await expect(check({ bridges: ['eth0'] }, { '/sys/class/net/eth0/address': '' })).rejects.toThrow(/eth0.*no bridge/)
})

test('an interface is not missed where the container that runs has it', async () => {
  const only = [container({ interfaces: ['eth9'] })]
  await expect(checkNeeds(fakeHost(), manager, [], only, () => [])).resolves.toBeUndefined()
})

test('what is there is no error, nor is a class of devices or the etc of another tool', async () => {
  const disk = { '/srv/x': '', '/dev/x': '', '/sys/class/net/br0/bridge/id': '', '/sys/class/net/eth0/address': '' }
  const needs = { files: ['/srv/x'], devices: ['/dev/x', 'char-pts'], bridges: ['br0'], interfaces: ['eth0'] }
  await expect(check(needs, disk)).resolves.toBeUndefined()
  const other = { ...container({}), needs: undefined }
  await expect(checkNeeds(fakeHost(), manager, [other], [other], () => undefined)).resolves.toBeUndefined()
})

test('things matter only where the container starts', async () => {
  const only = [container({ files: ['/no/such'] })]
  await expect(checkNeeds(fakeHost(), manager, only, [], () => undefined)).resolves.toBeUndefined()
})

describe('limits', () => {
  const limits = (names: Record<string, string>, disk: Record<string, string>) =>
    checkNeeds(fakeHost(undefined, { disk }), manager, [container({ limits: names })], [], () => undefined)
  const older = { '/proc/self/cgroup': '4:memory:/x\n2:cpu,cpuacct:/\n7:blkio:/\n0::/\n' }
  const unified = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cgroup.controllers': 'cpu memory\n' }

  test('cgroup v1: what the start script can set, and no other', async () => {
    await expect(limits({ MemoryMax: 'memory', CPUQuota: 'cpu' }, older)).resolves.toBeUndefined()
    await expect(limits({ MemoryHigh: 'memory' }, older)).rejects.toThrow(
      /MemoryHigh, which needs cgroup v2.*MemoryMax/,
    )
    await expect(limits({ IOWeight: 'io' }, older)).rejects.toThrow(/IOWeight, which needs cgroup v2/)
  })

  test('cgroup v2: what its controllers can', async () => {
    await expect(limits({ MemoryHigh: 'memory', CPUWeight: 'cpu' }, unified)).resolves.toBeUndefined()
    await expect(limits({ TasksMax: 'pids' }, unified)).rejects.toThrow(/TasksMax \(extra\.pids\).*no pids controller/)
  })

  test('neither', async () => {
    await expect(limits({ MemoryMax: 'memory' }, {})).rejects.toThrow(/extra\.memory.*no memory controller/)
  })
})
