/** Which address a container is built with, and how often Nix is asked for that. */
import { expect, test } from '@jest/globals'
import { buildNixcloud, checkFile } from '../../../../src/container/nixcloud/build.ts'
import { type FakeHost, fakeHost } from '../../../fake-host.ts'

interface Asked {
  name: string
  ip: string
}

const links = JSON.stringify([{ ifname: 'br0', addr_info: [{ family: 'inet', local: '10.10.3.1', prefixlen: 24 }] }])

/** A machine whose Nix builds what the definition says, and notes what it was asked for. */
function makeHost(definition: { ip?: string; bridge?: string } = {}): {
  host: FakeHost
  asked: Asked[]
  argvs: string[][]
} {
  const asked: Asked[] = []
  const argvs: string[][] = []
  const bridge = definition.bridge ?? 'brNC-hostonly'
  const host = fakeHost(
    (argv) => {
      if (argv[0] === 'ip') return { stdout: links }
      argvs.push([...argv])
      const { nixcloud } = JSON.parse(argv[argv.indexOf('facts') + 1] ?? '') as { nixcloud: Asked }
      asked.push(nixcloud)
      const store = `/nix/store/${asked.length}-etc`
      const ip = definition.ip ?? nixcloud.ip
      const needs = { nixcloud: { ip, fixed: definition.ip !== undefined, bridge, nat: false } }
      host.disk.set(`${store}/etc/systemd/system/container@web.service`, '[Unit]')
      host.disk.set(`${store}/etc/nixos-containers/web.conf`, `KIND=lxc\nLOCAL_ADDRESS=${ip}\nHOST_BRIDGE=${bridge}\n`)
      host.disk.set(`${store}/etc/extra-container/web.json`, JSON.stringify(needs))
      return { stdout: store }
    },
    {
      disk: {
        '/home/web.nix': '{ }',
        '/sys/class/net/br0/bridge/x': '',
        '/etc/nixos-containers/other.conf': 'LOCAL_ADDRESS=10.101.0.2\n',
      },
      cwd: '/home',
    },
  )
  return { host, asked, argvs }
}

const build = async (host: FakeHost, current?: string) =>
  (await buildNixcloud(host, 'web', await checkFile(host, 'web.nix', []), current)).container.settings.get(
    'LOCAL_ADDRESS',
  )

test('a new container gets the lowest free address, by one run of Nix', async () => {
  const { host, asked } = makeHost()
  expect(await build(host)).toBe('10.101.0.3')
  expect(asked).toEqual([{ name: 'web', ip: '10.101.0.3' }])
})

test('an update keeps the address that it has', async () => {
  const { host, asked } = makeHost()
  expect(await build(host, '10.101.7.7')).toBe('10.101.7.7')
  expect(asked).toHaveLength(1)
})

test("on another bridge it is one of that bridge's network, which takes a second run", async () => {
  const { host, asked } = makeHost({ bridge: 'br0' })
  expect(await build(host, '10.101.7.7')).toBe('10.10.3.2')
  expect(asked.at(-1)).toEqual({ name: 'web', ip: '10.10.3.2' })
  expect(asked).toHaveLength(2)
})

test('a fixed one is as given', async () => {
  expect(await build(makeHost({ ip: '10.101.9.9' }).host)).toBe('10.101.9.9')
  expect(await build(makeHost({ ip: '10.10.3.9', bridge: 'br0' }).host)).toBe('10.10.3.9')
})

test.each([
  [{ ip: '10.101.0.2' }, 'which the container "other" has'],
  [{ ip: '10.10.3.9' }, 'choose one of 10.101.0.1 to'],
  [{ ip: '10.10.3.1', bridge: 'br0' }, "which this host's interface br0 has"],
  [{ bridge: 'br7' }, 'there is no interface of that name'],
])('%j is refused', async (definition, message) => {
  await expect(build(makeHost(definition).host)).rejects.toMatchObject({
    exitStatus: 1,
    message: expect.stringContaining(message),
  })
})

test('-n goes on to Nix', async () => {
  const { host, argvs } = makeHost()
  await buildNixcloud(host, 'web', await checkFile(host, 'web.nix', ['-I', 'nixpkgs=/x', '--show-trace']), undefined)
  expect(argvs[0]?.slice(-3)).toEqual(['--show-trace', '-I', 'nixpkgs=/x'])
})
