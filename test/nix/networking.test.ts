/** networking.*: files, services, and the promise that a shared network is never touched. */
import { describe, expect, test } from '@jest/globals'
import { settings, unitOf } from './evaluate.ts'
import { evalError, evalNix, root } from './nix.ts'
import { config, system, units } from './system.ts'

describe('a network that is shared with the host', () => {
  const everything = `{
    networking.firewall.extraCommands = "x";
    networking.nat.enable = true;
    networking.localCommands = "x";
    networking.defaultGateway = "10.0.0.1";
    networking.interfaces.eth0.ipv4.addresses = [ { address = "10.0.0.2"; prefixLength = 24; } ];
  }`

  test('is left alone by every service that could change it', () => {
    const found = units(everything)
    for (const name of ['firewall', 'nat', 'network-setup', 'network-addresses-eth0']) {
      const text = found[`${name}.service`]?.text ?? ''
      expect([name, settings(text, 'ConditionCapability')]).toEqual([name, ['CAP_NET_ADMIN']])
      expect([name, settings(text, 'ExecCondition')]).toEqual([
        name,
        ['/usr/bin/grep -zqx PRIVATE_NETWORK=1 /proc/1/environ'],
      ])
    }
  })

  test.each([
    ['{ }', false],
    ['{ additionalCapabilities = [ "CAP_NET_ADMIN" ]; enableTun = true; }', false],
    ['{ networkNamespace = "/run/netns/x"; }', false],
    ['{ privateNetwork = true; }', true],
    ['{ macvlans = [ "eth1" ]; }', true],
    ['{ interfaces = [ "eth1" ]; }', true],
    ['{ extraVeths.x = { }; }', true],
  ])('is told from a private one: %s', (options, expected) => {
    const [start] = settings(unitOf(`{ containers.demo = { config = { }; } // ${options}; }`), 'ExecStart')
    expect(start?.includes('--setenv=PRIVATE_NETWORK=1')).toBe(expected)
  })
})

test('names are in /etc/hostname and /etc/hosts', () => {
  const module = `{ networking.hostName = "web"; networking.domain = "example.org";
    networking.hosts."192.0.2.1" = [ "db" "db2" ]; networking.extraHosts = "192.0.2.2 x"; }`
  expect(config(module, 'environment.etc.hostname.text')).toBe('web\n')
  expect(config(module, 'environment.etc.hosts.text')).toBe(
    '127.0.0.1 localhost\n127.0.0.2 web.example.org web\n192.0.2.1 db db2\n::1 localhost\n192.0.2.2 x',
  )
  expect(config('{ networking.enableIPv6 = false; }', 'environment.etc.hosts.text')).not.toContain('::1')
})

test('a host name with a dot is refused', () => {
  expect(evalError(`(${system('{ networking.hostName = "a.b"; }')}).config.networking.hostName`)).toContain('"a.b"')
})

test('a domain name without a domain says what to set', () => {
  expect(evalError(`(${system('{ }')}).config.networking.fqdn`)).toContain('networking.domain is not set')
})

test('name servers replace the host’s /etc/resolv.conf', () => {
  const has = (module: string) => evalNix(`(${system(module)}).config.environment.etc ? "resolv.conf"`)
  expect(has('{ }')).toBe(false)
  expect(has('{ networking.useHostResolvConf = false; }')).toBe(true)
  expect(
    config(
      '{ networking.nameservers = [ "192.0.2.53" ]; networking.search = [ "a" "b" ]; networking.resolvconf.extraConfig = "options x"; }',
      'environment.etc."resolv.conf".text',
    ),
  ).toBe('nameserver 192.0.2.53\nsearch a b\noptions x')
})

test.each([
  ['useDHCP = true', 'networking.useDHCP'],
  ['networkmanager.enable = true', 'networking.networkmanager.enable'],
])('%s is refused with what to do instead', (setting, option) => {
  const message = evalError(`(${system(`{ networking.${setting}; }`)}).toplevel.drvPath`)
  expect(message).toContain(`${option} is not carried out on the host base`)
  expect(message).toContain('networking.interfaces')
})

test.each([
  'useDHCP = false',
  'dhcpcd.enable = false',
  'networkmanager.enable = false',
  'interfaces.eth0.useDHCP = false',
])('%s is accepted', (setting) => {
  expect(evalNix(`(${system(`{ networking.${setting}; }`)}).toplevel.drvPath`)).toContain('/nix/store/')
})

test('an interface gets its addresses by DHCP from networkd, where the network is the container’s own', () => {
  const found = units('{ networking.interfaces.lan0.useDHCP = true; }')
  expect(found['multi-user.target.wants/systemd-networkd.service']).toBeDefined()
  expect(found['systemd-networkd.service.d/overrides.conf']?.text).toContain('ConditionCapability=CAP_NET_ADMIN')
  const network = config(
    '{ networking.interfaces.lan0.useDHCP = true; }',
    'environment.etc."systemd/network/lan0.network".text',
  )
  expect(network).toContain('Name=lan0')
  expect(network).toContain('DHCP=yes')
  // What answers DHCPv6 is no answer by the firewall's own count: the question went to all.
  const rule = '-A nixos-fw -d fe80::/64 -p udp --dport 546 -j nixos-fw-accept'
  expect(config('{ networking.interfaces.lan0.useDHCP = true; }', 'systemd.services.firewall.script')).toContain(rule)
  expect(config('{ }', 'systemd.services.firewall.script')).not.toContain('546')
})

test('an interface without settings gets no service', () => {
  const found = units('{ networking.interfaces.eth0.useDHCP = false; }')
  expect(Object.keys(found).filter((name) => /^network-.*service$/.test(name))).toEqual([])
})

test('a wrong destination of a forwarded port is named', () => {
  const module =
    '{ networking.nat = { enable = true; forwardPorts = [ { sourcePort = 80; destination = "10.0.0.2"; loopbackIPs = [ "1.2.3.4" ]; } ]; }; }'
  expect(evalError(`(${system(module)}).config.systemd.services.nat.script`)).toContain(
    "the destination '10.0.0.2' is not ADDRESS:PORT",
  )
})

test('without iptables on the machine the package is named', () => {
  const code = `(import ${root}/nix/bases/host/system/networking/iptables.nix {
    lib = import ${root}/nix/bases/host/lib;
    config.networking.enableIPv6 = true;
    programFolders = [ "/nonexistent" ];
  }).path`
  expect(evalError(code)).toContain('Install the package iptables')
})

test('without IPv6 the kernel has none either, so that nothing passes the firewall by it', () => {
  expect(config('{ networking.enableIPv6 = false; }', 'environment.etc."sysctl.d/60-nixos.conf".text')).toContain(
    'net.ipv6.conf.all.disable_ipv6=1\n',
  )
})
