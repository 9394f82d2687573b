/** The services' scripts, run in a network namespace of their own. */
import { spawnSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { evalNix } from './nix.ts'
import { system } from './system.ts'

/** Runs shell code as a service would, in an empty network with the interface eth0. */
const inNamespace = (code: string): string => {
  const setup = 'set -e; ip link set lo up; ip link add eth0 type bridge; ip link set eth0 up\n'
  const { status, stdout, stderr } = spawnSync('unshare', ['--net', '--mount', 'bash', '-c', setup + code], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
  })
  if (status !== 0) throw new Error(`exit ${status}: ${stderr}`)
  return stdout
}

interface Scripts {
  script: string
  reload: string
  preStop: string
}

const scripts = (module: string, name: string): Scripts =>
  evalNix(`{ inherit ((${system(module)}).config.systemd.services.${name}) script reload preStop; }`)

const subshell = (code: string) => `(set -e\n${code}\n)\n`
const rules = (text: string, chain: string) => text.split('\n').filter((line) => line.startsWith(`-A ${chain} `))

test('the firewall refuses what is not allowed, in NixOS’s chains', () => {
  const { script } = scripts(
    `{ networking.firewall = {
      allowedTCPPorts = [ 80 22 80 ]; allowedUDPPortRanges = [ { from = 6000; to = 6010; } ];
      interfaces.eth0.allowedTCPPorts = [ 8080 ]; trustedInterfaces = [ "eth1" ]; allowPing = false;
    }; }`,
    'firewall',
  )
  const text = inNamespace(`${subshell(script)} iptables-save -t filter`)
  expect(rules(text, 'INPUT')).toEqual(['-A INPUT -j nixos-fw'])
  expect(rules(text, 'nixos-fw')).toEqual([
    '-A nixos-fw -i lo -j nixos-fw-accept',
    '-A nixos-fw -i eth1 -j nixos-fw-accept',
    '-A nixos-fw -m conntrack --ctstate RELATED,ESTABLISHED -j nixos-fw-accept',
    '-A nixos-fw -p tcp -m tcp --dport 22 -j nixos-fw-accept',
    '-A nixos-fw -p tcp -m tcp --dport 80 -j nixos-fw-accept',
    '-A nixos-fw -p udp -m udp --dport 6000:6010 -j nixos-fw-accept',
    '-A nixos-fw -i eth0 -p tcp -m tcp --dport 8080 -j nixos-fw-accept',
    '-A nixos-fw -j nixos-fw-log-refuse',
  ])
  expect(rules(text, 'nixos-fw-refuse')).toEqual(['-A nixos-fw-refuse -j DROP'])
  expect(rules(text, 'nixos-fw-log-refuse')).toEqual(['-A nixos-fw-log-refuse -j nixos-fw-refuse'])
})

test('commands add rules before the last one, and can be run again and again', () => {
  const { script, reload, preStop } = scripts(
    `{ networking.firewall = {
      rejectPackets = true;
      extraCommands = "iptables -w -A nixos-fw -s 192.0.2.1 -j ACCEPT\\nip46tables -A nixos-fw -i eth7 -j nixos-fw-accept";
    }; }`,
    'firewall',
  )
  const once = inNamespace(`${subshell(script)} iptables-save -t filter; ip6tables-save -t filter`)
  const thrice = inNamespace(
    `${subshell(script)}${subshell(reload)}${subshell(reload)} iptables-save -t filter; ip6tables-save -t filter`,
  )
  const comparable = (text: string) => text.split('\n').filter((line) => line.startsWith('-A'))
  expect(comparable(thrice)).toEqual(comparable(once))
  expect(rules(once, 'nixos-fw').filter((line) => line.includes('192.0.2.1'))).toHaveLength(1)
  expect(rules(once, 'nixos-fw').filter((line) => line.includes('eth7'))).toHaveLength(2)
  expect(rules(once, 'nixos-fw').at(-1)).toBe('-A nixos-fw -j nixos-fw-log-refuse')
  expect(rules(once, 'INPUT')).toEqual(['-A INPUT -j nixos-fw', '-A INPUT -j nixos-fw'])
  expect(rules(once, 'nixos-fw-refuse')).toContain('-A nixos-fw-refuse -j REJECT --reject-with icmp-port-unreachable')

  const stopped = inNamespace(`${subshell(script)}${subshell(preStop)} iptables-save; ip6tables-save`)
  expect(rules(stopped, 'INPUT')).toEqual([])
})

test('a firewall whose commands fail still refuses everything', () => {
  const { script } = scripts(`{ networking.firewall.extraCommands = "false"; }`, 'firewall')
  const text = inNamespace(`set +e\n${subshell(script)}[ $? != 0 ] || exit 9\nset -e; iptables-save -t filter`)
  expect(rules(text, 'INPUT')).toEqual(['-A INPUT -j nixos-fw', '-A INPUT -j nixos-drop'])
  expect(rules(text, 'nixos-drop')).toEqual(['-A nixos-drop -j DROP'])
})

test('NAT has NixOS’s chains, once', () => {
  const { script, reload, preStop } = scripts(
    `{ networking.nat = {
      enable = true; internalInterfaces = [ "eth1" ]; internalIPs = [ "192.168.0.0/24" ]; externalInterface = "eth0";
      forwardPorts = [ { sourcePort = 8080; destination = "192.168.0.2:80"; loopbackIPs = [ "192.0.2.1" ]; } ];
    }; }`,
    'nat',
  )
  const text = inNamespace(
    `${subshell(script)}${subshell(reload)} iptables-save -t nat; cat /proc/sys/net/ipv4/ip_forward`,
  )
  expect(text.trim().endsWith('\n1')).toBe(true)
  expect(rules(text, 'POSTROUTING')).toEqual(['-A POSTROUTING -j nixos-nat-post'])
  expect(rules(text, 'nixos-nat-post')).toEqual([
    '-A nixos-nat-post -o eth0 -m mark --mark 0x1 -j MASQUERADE',
    '-A nixos-nat-post -s 192.168.0.0/24 -o eth0 -j MASQUERADE',
    '-A nixos-nat-post -d 192.168.0.2/32 -p tcp -m tcp --dport 80 -j SNAT --to-source 192.0.2.1',
  ])
  expect(rules(text, 'nixos-nat-pre')).toContain(
    '-A nixos-nat-pre -i eth0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 192.168.0.2:80',
  )
  const stopped = inNamespace(`${subshell(script)}${subshell(preStop)} iptables-save -t nat`)
  expect(rules(stopped, 'PREROUTING')).toEqual([])
})

test('interfaces get addresses and routes, and lose them again', () => {
  const module = `{ networking = {
    interfaces.eth0 = {
      mtu = 1400; macAddress = "02:00:00:00:00:01";
      ipv4.addresses = [ { address = "192.0.2.2"; prefixLength = 24; } ];
      ipv4.routes = [ { address = "198.51.100.0"; prefixLength = 24; via = "192.0.2.9"; options.metric = "7"; } ];
      ipv6.addresses = [ { address = "fd77::2"; prefixLength = 64; } ];
    };
    defaultGateway = { address = "192.0.2.1"; interface = "eth0"; metric = 5; };
    defaultGateway6 = "fd77::1";
    localCommands = "ip route add blackhole 203.0.113.0/24";
  }; }`
  const addresses = scripts(module, 'network-addresses-eth0')
  const routing = scripts(module, 'network-setup')
  const text = inNamespace(
    `${subshell(addresses.script)}${subshell(addresses.script)}${subshell(routing.script)} ip -br addr show eth0; ip link show eth0; ip route; ip -6 route`,
  )
  expect(text).toContain('192.0.2.2/24')
  expect(text).toContain('fd77::2/64')
  expect(text).toContain('mtu 1400')
  expect(text).toContain('02:00:00:00:00:01')
  expect(text).toMatch(/^198\.51\.100\.0\/24 via 192\.0\.2\.9 dev eth0 .*metric 7/m)
  expect(text).toMatch(/^default via 192\.0\.2\.1 dev eth0 .*metric 5/m)
  expect(text).toMatch(/^default via fd77::1 dev eth0/m)
  expect(text).toMatch(/^blackhole 203\.0\.113\.0\/24/m)
  expect(
    inNamespace(`${subshell(addresses.script)}${subshell(addresses.preStop)} ip -br addr show eth0`),
  ).not.toContain('192.0.2.2')
})
