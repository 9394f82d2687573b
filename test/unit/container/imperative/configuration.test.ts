import { expect, test } from '@jest/globals'
import { definitionOf, forget, keep, moduleOf, readKept } from '../../../../src/container/imperative/configuration.ts'
import { imperativeDefinition } from '../../../../src/container/imperative/create.ts'
import { parseFlake } from '../../../../src/container/imperative/system.ts'
import { fakeHost } from '../../../fake-host.ts'

const file = '/etc/nixos-containers/demo.nix'

test('a module from text, and from a file whose name has blanks', () => {
  expect(moduleOf({ kind: 'config', text: 'a = 1;' })).toBe('{ config, lib, pkgs, ... }:\n\n{\na = 1;\n}\n')
  expect(moduleOf({ kind: 'file', path: '/a b.nix' })).toContain('imports = [ (/. + "/a b.nix") ];')
  expect(definitionOf('a-b', 'x\n')).toBe('{ containers."a-b".config = (x); }')
})

test('what was given last is kept, and nothing else', async () => {
  const host = fakeHost()
  expect(await readKept(host, 'demo')).toBeUndefined()
  await keep(host, 'demo', { kind: 'flake', ref: '/f#web' })
  expect(await readKept(host, 'demo')).toEqual({ kind: 'flake', ref: '/f#web' })
  await keep(host, 'demo', { kind: 'config', text: 'a = 1;' })
  expect(await readKept(host, 'demo')).toEqual({ kind: 'file', path: file })
  await keep(host, 'demo', { kind: 'file', path: file })
  expect(await host.files.read(file)).toContain('a = 1;')
  await keep(host, 'demo', { kind: 'built', path: '/nix/store/x' })
  expect(await readKept(host, 'demo')).toBeUndefined()
  await keep(host, 'demo', { kind: 'flake', ref: '/f' })
  await forget(host, 'demo')
  expect(host.disk.size).toBe(0)
})

test.each([
  ['.', '.', 'container'],
  ['path:/x#web', 'path:/x', 'web'],
])('the system of the flake %s', (ref, flake, name) => {
  expect(parseFlake(ref)).toEqual({ flake, attribute: `nixosConfigurations."${name}".config.system.build.toplevel` })
})

test('the definition has only what goes with its network', () => {
  const options = { autoStart: false, bridge: undefined, ports: [] }
  const settings = (text: string) => JSON.parse(JSON.parse(/fromJSON (".*"); }$/.exec(text)?.[1] ?? '""'))
  const path = '/nix/var/nix/profiles/per-container/demo/system'
  expect(settings(imperativeDefinition('demo', undefined, options))).toEqual({ path, autoStart: false })
  const addresses = { host: '10.233.1.1', local: '10.233.1.2' }
  expect(settings(imperativeDefinition('demo', addresses, { ...options, bridge: 'br0' }))).toEqual({
    path,
    autoStart: false,
    privateNetwork: true,
    hostAddress: '10.233.1.1',
    localAddress: '10.233.1.2',
    forwardPorts: [],
    hostBridge: 'br0',
  })
})
