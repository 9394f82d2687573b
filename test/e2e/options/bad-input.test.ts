/** Options that cannot work: named before the start, and nothing is left. */
import { describe, expect, test } from '@jest/globals'
import { ec, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { withContainers } from './network.ts'

const network = 'privateNetwork = true;'

/** Status 2: the definition is wrong everywhere. Status 1: this machine lacks something. */
const cases: { fault: string; options: string; status: number; says: RegExp }[] = [
  {
    fault: 'an IPv4 address that is none',
    options: `${network} hostAddress = "10.231.90.256";`,
    status: 2,
    says: /test-bad\.hostAddress'[\s\S]*IPv4 address[\s\S]*10\.231\.90\.256/,
  },
  {
    fault: 'an IPv6 address that is none',
    options: `${network} localAddress6 = "fd00::1::2";`,
    status: 2,
    says: /test-bad\.localAddress6'[\s\S]*IPv6 address[\s\S]*fd00::1::2/,
  },
  {
    fault: 'a prefix length that is none',
    options: `${network} localAddress = "10.231.90.2/33";`,
    status: 2,
    says: /test-bad\.localAddress'[\s\S]*10\.231\.90\.2\/33/,
  },
  {
    fault: 'a capability that does not exist',
    options: 'additionalCapabilities = [ "CAP_NET_ADMIN" "CAP_NOPE" ];',
    status: 2,
    says: /additionalCapabilities[\s\S]*CAP_NOPE/,
  },
  {
    fault: 'a port that is none',
    options: `${network} extra.publish = [ "8080:65536" ];`,
    status: 2,
    says: /extra\.publish[\s\S]*8080:65536/,
  },
  {
    fault: 'a bridge that does not exist',
    options: `${network} hostBridge = "test-none"; localAddress = "10.231.90.2/24";`,
    status: 1,
    says: /"test-bad" joins the bridge test-none.*ip link add/,
  },
  {
    fault: 'a bridge of one of several pairs that does not exist',
    options: `${network} extraVeths.second.hostBridge = "test-none";`,
    status: 1,
    says: /"test-bad" joins the bridge test-none/,
  },
  {
    fault: 'a bridge that is none',
    options: `${network} hostBridge = "lo"; localAddress = "10.231.90.2/24";`,
    status: 1,
    says: /\blo\b.*no bridge/,
  },
  {
    fault: 'an interface that does not exist',
    options: 'interfaces = [ "test-none" ];',
    status: 1,
    says: /interface test-none.*interfaces/,
  },
  {
    fault: 'an interface for a macvlan that does not exist',
    options: 'macvlans = [ "test-none" ];',
    status: 1,
    says: /interface test-none.*macvlans/,
  },
  {
    fault: 'a network namespace that does not exist',
    options: 'networkNamespace = "/run/netns/test-none";',
    status: 1,
    says: /\/run\/netns\/test-none.*ip netns add test-none/,
  },
  {
    fault: 'a device that does not exist',
    options: 'allowedDevices = [ { node = "/dev/test-none"; modifier = "rw"; } ];',
    status: 1,
    says: /\/dev\/test-none.*allowedDevices/,
  },
  {
    fault: 'the source of a bind mount that does not exist',
    options: 'bindMounts."/data".hostPath = "/no/such folder";',
    status: 1,
    says: /"\/no\/such folder".*does not exist/,
  },
]

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (definition: string) => ec(host, ['create', '--start', '-E', definition])

  test.each(cases)('$fault', async ({ options, status, says }) => {
    const result = await create(`{ containers.test-bad = { config = { }; ${options} }; }`)
    expect(result).toMatchObject({ status, stdout: '' })
    expect(result.stderr).toMatch(says)
  })

  test('networks of two containers that overlap, of one definition and with one that runs', async () => {
    const two = (one: string, other: string) =>
      `{ containers.test-one = { ${network} ${one} config = { }; }; containers.test-two = { ${network} ${other} config = { }; }; }`
    const wide = 'hostAddress = "10.231.90.1/16"; localAddress = "10.231.90.2";'
    const both = await create(two(wide, 'hostAddress = "10.231.91.1"; localAddress = "10.231.91.2";'))
    expect(both).toMatchObject({ status: 1, stdout: '' })
    expect(both.stderr).toMatch(/"test-one" and "test-two" overlap: hostAddress 10\.231\.90\.1\/16/)

    await withContainers(host, 'veth', async () => {
      const other = await create(
        `{ containers.test-bad = { ${network} hostAddress = "10.231.90.1"; localAddress = "10.231.10.2"; config = { }; }; }`,
      )
      expect(other).toMatchObject({ status: 1, stdout: '' })
      expect(other.stderr).toMatch(/"test-bad" and "test-veth" overlap.*10\.231\.10\.2/)
    })
  })

  test('a port to forward that a program of the host has', async () => {
    const definition = `{ containers.test-bad = {
      extra.addressPrefix = "10.231.90"; config = { }; forwardPorts = [ { hostPort = 28090; containerPort = 80; } ];
    }; }`
    const output = await sh(
      host,
      `exec 2>&1
      python3 -c 'import socket; s = socket.create_server(("0.0.0.0", 28090)); print(flush=True); s.accept()' >/tmp/test-port &
      until [[ -s /tmp/test-port ]]; do sleep 0.05; done; rm /tmp/test-port
      "$EC" create --start -E "$DEFINITION" || echo "$?"
      kill %1`,
      { env: { EC: `${host.root}/bin/extra-container`, DEFINITION: definition } },
    )
    expect(output).toMatch(/"test-bad" wants the tcp port 28090.*forwardPorts[\s\S]*^1$/m)
    expect(output).not.toContain('Starting')
  })
})
