import { describe, expect, test } from '@jest/globals'
import { kindOfUnit } from '../../src/machine/kind.ts'
import { errorOf, evaluated, filesOf, settings } from './evaluate.ts'
import { root } from './nix.ts'

const args = 'facts.nixcloud = { name = "demo"; ip = "10.101.0.2"; };'
const files = (definition: string) => filesOf(definition, args)
const unit = (definition: string) => files(definition)['etc/systemd/system/container@demo.service']?.text ?? ''
const conf = (definition: string) => files(definition)['etc/nixos-containers/demo.conf']?.text?.split('\n') ?? []
const needs = (definition: string) => JSON.parse(files(definition)['etc/extra-container/demo.json']?.text ?? '')

describe('a bare configuration', () => {
  const bare = '{ pkgs, ip, name, ... }: { environment.etc.where.text = name + " " + ip; }'

  test('is a container with the address that the facts give', () => {
    expect(conf(bare)).toEqual(
      expect.arrayContaining(['KIND=lxc', 'HOST_BRIDGE=brNC-hostonly', 'LOCAL_ADDRESS=10.101.0.2']),
    )
    expect(conf(bare).join()).toMatch(/SYSTEM_PATH=\/nix\/store\/[^,]*host-system-demo/)
    expect(conf(bare).join()).not.toMatch(/NAT|AUTO_START/)
    expect(needs(bare)).toMatchObject({
      bridges: [],
      linkKinds: ['veth', 'bridge'],
      nixcloud: { ip: '10.101.0.2', fixed: false, bridge: 'brNC-hostonly', nat: false },
    })
  })

  test('is told its address and name', () => {
    expect(evaluated(bare, 'containers.demo.config.environment.etc.where.text', args)).toBe('demo 10.101.0.2')
  })

  test('may be a set or a list of modules', () => {
    expect(conf('{ environment.variables.X = "1"; }')).toContain('KIND=lxc')
    expect(conf('[ { environment.variables.X = "1"; } ]')).toContain('KIND=lxc')
  })

  test('reaches nobody outside, and asks none of the host’s name servers', () => {
    const resolv = 'containers.demo.config.environment.etc."resolv.conf".text'
    expect(evaluated(bare, resolv, args)).toBe('')
    expect(files(bare)['etc/systemd/system/machines.target.wants/container@demo.service']).toBeUndefined()
  })
})

describe('a set', () => {
  test('has the configuration in it', () => {
    const set = '{ name = "other"; configuration = { name, ... }: { environment.etc.where.text = name; }; }'
    expect(evaluated(set, 'containers.demo.config.environment.etc.where.text', args)).toBe('other')
    expect(conf(set)).toContain('LOCAL_ADDRESS=10.101.0.2')
  })

  test('autostart: started by machines.target, after the network, and with it', () => {
    const set = '{ autostart = true; configuration = { }; }'
    expect(conf(set)).toContain('AUTO_START=1')
    expect(files(set)['etc/systemd/system/machines.target.wants/container@demo.service']).toBeDefined()
    expect(settings(unit(set), 'After')).toContain('network.target')
    expect(settings(unit(set), 'PartOf')).toEqual(['machines.target'])
  })

  test('network.ip and network.bridge', () => {
    const set =
      '{ network = { ip = "10.10.1.2"; bridge = "myOwnBridge"; }; configuration = { ip, ... }: { environment.etc.where.text = ip; }; }'
    expect(conf(set)).toEqual(expect.arrayContaining(['HOST_BRIDGE=myOwnBridge', 'LOCAL_ADDRESS=10.10.1.2']))
    expect(evaluated(set, 'containers.demo.config.environment.etc.where.text', args)).toBe('10.10.1.2')
    expect(needs(set)).toMatchObject({ bridges: ['myOwnBridge'], nixcloud: { fixed: true } })
  })

  test('network.enableNat: an interface by DHCP, and the host’s DNS', () => {
    const set = '{ network.enableNat = true; configuration = { }; }'
    expect(conf(set)).toContain('NAT=1')
    expect(unit(set)).toMatch(/NAT_MAC=02(:[0-9a-f]{2}){5}/)
    expect(evaluated(set, 'containers.demo.config.networking.nameservers', args)).toEqual(['10.202.0.1'])
    expect(evaluated(set, 'containers.demo.config.networking.interfaces.internet.useDHCP', args)).toBe(true)
  })
})

test('lxcExtraConfig is included in what LXC reads', () => {
  const set = '{ lxcExtraConfig = "lxc.prlimit.nofile = 1024"; configuration = { }; }'
  expect(unit(set)).toMatch(/EXTRA_CONFIG=\/nix\/store\/[^"]*lxc-extra-config/)
  expect(unit('{ }')).not.toContain('EXTRA_CONFIG')
})

test('the unit tells the kind', () => {
  expect(kindOfUnit(unit('{ }'))).toBe('lxc')
})

test('the unit does not change with the system: a change of the configuration is an update in place', () => {
  expect(unit('{ environment.variables.X = "1"; }')).toBe(unit('{ environment.variables.X = "2"; }'))
  expect(unit('{ }')).not.toContain('host-system')
})

test('every container has interfaces and hardware addresses of its own', () => {
  const named = (name: string) =>
    filesOf(
      '{ network.enableNat = true; configuration = { }; }',
      `facts.nixcloud = { name = "${name}"; ip = "10.101.0.2"; };`,
    )[`etc/systemd/system/container@${name}.service`]?.text ?? ''
  const long = 'a-name-that-is-longer-than-the-kernel-lets-interfaces-have'
  const values = ['one', long, `${long}2`].flatMap((name) => [
    ...named(name).matchAll(/"(?:NAT_)?(?:LINK|MAC)=([^"]+)"/g),
  ])
  expect(new Set(values.map(([, value]) => value)).size).toBe(12)
  for (const [, value] of values) expect(value?.length).toBeLessThanOrEqual(17)
})

test('on nixpkgs it has no files of the host', () => {
  const nixpkgs = `nixpkgs = ${root}/test/nix/fixtures/nixpkgs/26.11; facts = { base = "nixpkgs"; nixcloud = { name = "demo"; ip = "10.101.0.2"; }; };`
  const found = filesOf('{ pkgs, ip, ... }: { environment.etc.where.text = ip; }', nixpkgs)
  const text = found['etc/systemd/system/container@demo.service']?.text ?? ''
  expect(text).toContain('"HOST_FILES="')
  expect(found['etc/nixos-containers/demo.conf']?.text).toContain('KIND=lxc')
})

describe('bad input', () => {
  test.each([
    ['{ autostart = true; }', "sets autostart and no 'configuration'"],
    ['{ network.ip = "10.101.300.2"; configuration = { }; }', 'network.ip is "10.101.300.2", which is no IPv4 address'],
    ['{ network.ip = "10.101.0.2/16"; configuration = { }; }', 'without a prefix length'],
    ['{ network.ipp = "10.101.0.2"; configuration = { }; }', 'Did you mean `network.ip'],
    ['{ netwrk = { }; configuration = { }; }', 'Did you mean `network'],
    ['{ network.bridge = "br/0"; configuration = { }; }', 'network.bridge'],
    ['{ services.nothing.enable = true; }', 'services.nothing'],
  ])('%s', (definition, message) => {
    expect(errorOf(definition, args)).toContain(message)
  })
})
