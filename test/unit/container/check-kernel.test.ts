import { describe, expect, test } from '@jest/globals'
import { checkNeeds } from '../../../src/container/check-needs.ts'
import type { Declared } from '../../../src/container/etc.ts'
import { parseNeeds } from '../../../src/container/needs.ts'
import { type Answer, fakeHost, type Script } from '../../fake-host.ts'

const file = { path: '/nix/store/x', text: '' }
const container = (needs: object): Declared => {
  return { name: 'demo', unit: file, conf: file, settings: new Map(), needs: parseNeeds(JSON.stringify(needs)) }
}
const manager = { cgroup: '/sys/fs/cgroup' }

describe('kinds of interfaces', () => {
  const check = async (linkKinds: readonly string[], script: Script, disk = {}) => {
    const host = fakeHost(script, { disk })
    const only = [container({ linkKinds })]
    await checkNeeds(host, manager, only, [], () => undefined)
    await checkNeeds(host, manager, [], only, () => undefined)
    return host.commands
  }
  /** As a kernel does that does not know this kind. */
  const without =
    (kind: string, stderr: string): Script =>
    (_, { input }): Answer =>
      input?.includes(`type ${kind}`) ? { exitCode: 2, stderr: `${stderr}\nCommand failed -:2` } : {}

  test.each([
    ['macvlan', 'macvlans', 'Error: Unknown device type.', 'Unknown device type'],
    ['veth', 'extraVeths', 'RTNETLINK answers: Operation not supported', 'Operation not supported'],
    ['bridge', 'network.veth.zone', 'Error: Unknown device type.', 'Unknown device type'],
  ])('%s is named where the kernel does not know it, also where nothing is started yet', async (...words) => {
    const [kind, option, stderr, fault] = words
    await expect(check([kind], without(kind, stderr))).rejects.toThrow(
      new RegExp(`"demo" needs .* kind ${kind} \\(.*${option}.*\\).*: ${fault}\\. Load .*modprobe ${kind}`),
    )
  })

  test('what the kernel knows is no error: each kind is tried in a network namespace of its own', async () => {
    const commands = await check(['veth', 'macvlan'], () => ({}))
    expect(new Set(commands.map((argv) => argv.join(' ')))).toEqual(new Set(['unshare --net ip -batch -']))
  })

  test.each([
    ['is asked for', [], {}],
    ['is wanted but what is loaded', ['macvlan'], { '/sys/module/macvlan/refcnt': '0' }],
    ['is known', ['wlan'], {}],
  ])('nothing is tried where none %s', async (_, kinds, disk) => {
    expect(await check(kinds, () => ({}), disk)).toEqual([])
  })

  test('where no namespace can be made, the start is to tell', async () => {
    const stderr = 'unshare: unshare failed: Operation not permitted'
    await expect(check(['macvlan'], () => ({ exitCode: 1, stderr }))).resolves.toHaveLength(2)
  })
})

describe('/dev/net/tun', () => {
  const check = (script: Script) => {
    const host = fakeHost(script, { disk: { '/dev/net/tun': '', '/dev/x': '' } })
    const starting = [container({ devices: ['/dev/x', '/dev/net/tun'] })]
    return checkNeeds(host, manager, [], starting, () => undefined)
  }

  test('is named where no driver is behind it', async () => {
    const stderr = 'sh: 1: cannot open /dev/net/tun: No such device'
    await expect(check(() => ({ exitCode: 2, stderr }))).rejects.toThrow(
      /"demo" uses the device \/dev\/net\/tun, which cannot be opened: No such device\..*modprobe tun.*enableTun/,
    )
  })

  test('is no error where it can be opened', async () => {
    await expect(check(() => ({}))).resolves.toBeUndefined()
  })
})
