/** A machine whose own systemd-networkd runs: that sets up the links of containers, and keeps to them. */
import { expect, test } from '@jest/globals'
import { ec, sh, until } from '../harness/commands.ts'
import { testHost as host } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings } from '../harness/network.ts'
import { addressOf, create } from './nspawn.ts'

watchLeftovers(host)

// There is no udev on the test host, for which networkd waits where /sys is writable. Protections that mount what is below /sys,
// or all of it, once more would undo that (systemd 257).
const up = `
  mkdir -p /run/systemd/system/systemd-networkd.service.d
  printf '[Service]\\nProtectControlGroups=no\\nProtectProc=default\\nReadOnlyPaths=/sys\\n' >/run/systemd/system/systemd-networkd.service.d/test.conf
  systemctl daemon-reload
  systemctl start systemd-networkd
  ip link add test-uplink type veth peer name test-router
  ip link set test-router up
  ip addr add 198.51.100.7/24 dev test-uplink
  ip link set test-uplink up
  ip route add 203.0.113.0/24 via 198.51.100.1 dev test-uplink
`
// It takes its tables away as little as its sockets.
const down = `
  systemctl stop systemd-networkd.socket systemd-networkd-varlink.socket systemd-networkd || :
  rm -r /run/systemd/system/systemd-networkd.service.d
  systemctl daemon-reload
  ip link delete test-uplink || :
  for family in ip ip6; do nft delete table $family io.systemd.nat 2>/dev/null || :; done
`
const links = () => sh(host, 'networkctl --no-legend list')
const uplink = () =>
  sh(host, 'ip -oneline -4 address show dev test-uplink; ip link show test-uplink; ip route; cat /etc/resolv.conf || :')

test('the link gets its addresses from it; other interfaces stay as they are, and nothing is left', async () => {
  try {
    await sh(host, up)
    const before = await uplink()
    await create(host, 'test-own.config = { }; test-zoned = { config = { }; network.veth.zone = "testzone"; };')

    expect((await host.start(['systemctl', 'is-active', 'extra-container-networkd']).finished).stdout).toBe(
      'inactive\n',
    )
    for (const link of [
      /ve-test-own +ether +routable +configured/,
      /vz-testzone +bridge +routable +configured/,
      /test-uplink +ether +\S+ +unmanaged/,
    ]) {
      await until(String(link), async () => link.test(await links()))
    }
    for (const name of ['test-own', 'test-zoned']) {
      expect(await pings(host, await addressOf(host, name))).toBe(true)
    }
    const own = await sh(host, 'ip -oneline -4 address show dev ve-test-own')
    expect(await pings(host, / inet ([\d.]+)/.exec(own)?.[1] ?? '', 'test-own')).toBe(true)

    await sh(host, `${host.root}/bin/extra-container destroy test-own test-zoned`)
    await until('the links are gone', async () => !/ v[ez]-/.test(await links()))
    expect(await uplink()).toBe(before)
    expect(await sh(host, 'ls /run/extra-container/networkd 2>/dev/null || :')).toBe('')
    expect(await sh(host, 'systemctl is-active systemd-networkd')).toBe('active\n')
    // What was translated for them.
    expect(await sh(host, 'nft list ruleset | grep elements || :')).toBe('')
  } finally {
    await ec(host, ['destroy', 'test-own', 'test-zoned'])
    await sh(host, down)
  }
})
