/** Interfaces and addresses of containers: privateNetwork, hostBridge, extraVeths, macvlans, interfaces, networkNamespace. */
import { describe, expect, test } from '@jest/globals'
import { ec, having, killMainProcess, must, sh, until } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings } from '../harness/network.ts'
import { inside, withContainers } from './network.ts'

const bridgeUp = `
  ip link add test-bridge type bridge
  ip addr add 10.231.30.1/24 dev test-bridge
  ip addr add fd31:30::1/64 dev test-bridge nodad
  ip link set test-bridge up
`
const bridgeDown = 'ip link delete test-bridge'

const lanUp = `
  ip netns add test-peer
  ip link add test-lan type veth peer name lan netns test-peer
  ip link set test-lan up
  ip -n test-peer addr add 10.231.40.9/24 dev lan
  ip -n test-peer link set lan up
  ip link add test-lent type veth peer name test-lent-peer
  ip addr add 10.231.41.1/24 dev test-lent-peer
  ip link set test-lent-peer up
`
const lanDown = 'ip link delete test-lan; ip link delete test-lent-peer; ip netns delete test-peer'
const noNamespaces = 'if [[ ! $(ls /run/netns) ]]; then umount /run/netns && rmdir /run/netns; fi'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const addresses = () => sh(host, 'ip -brief address')

  test('privateNetwork: host and container reach each other, IPv4 and IPv6, until the stop', async () => {
    await withContainers(host, 'veth', async () => {
      for (const address of ['10.231.10.2', 'fd31:10::2', '10.231.11.2', 'fd31:11::2'])
        expect({ address, answers: await pings(host, address) }).toEqual({ address, answers: true })
      for (const [container, address] of [
        ['test-veth', '10.231.10.1'],
        ['test-veth', 'fd31:10::1'],
        ['test-prefix', '10.231.11.1'],
        ['test-prefix', 'fd31:11::1'],
      ] as const)
        expect({ address, answers: await pings(host, address, container) }).toEqual({ address, answers: true })

      expect((await must(host, ['show-ip', 'test-veth'])).stdout).toBe('10.231.10.2\n')
      expect((await must(host, ['show-ip', 'test-prefix'])).stdout).toBe('10.231.11.2\n')
      expect(await inside(host, 'test-veth', 'ip -brief address show eth0')).toMatch(
        /10\.231\.10\.2\/32.*fd31:10::2\/128/,
      )
      expect(await inside(host, 'test-prefix', 'ip -brief address show eth0')).toMatch(
        /10\.231\.11\.2\/24.*fd31:11::2\/64/,
      )
      expect(await inside(host, 'test-veth', 'cat /sys/class/net/eth0/address')).toBe('02:00:00:23:10:02\n')
      expect(await inside(host, 'test-veth', 'ip route show default; ip -6 route show default')).toMatch(
        /^default via 10\.231\.10\.1 dev eth0 \ndefault via fd31:10::1 dev eth0/,
      )

      await must(host, ['stop', 'test-veth'])
      expect(await addresses()).not.toMatch(/10\.231\.10\.1|fd31:10::1|ve-test-veth/)
      expect(await sh(host, 'ip route; ip -6 route')).not.toMatch(/10\.231\.10\.|fd31:10::/)
      expect(await pings(host, '10.231.10.2')).toBe(false)
      expect(await pings(host, '10.231.11.2')).toBe(true)
    })
  })

  test('hostBridge: two containers and the host reach each other', async () => {
    await having(host, bridgeUp, bridgeDown, () =>
      withContainers(host, 'bridge', async () => {
        expect(await sh(host, 'ls /sys/class/net/test-bridge/brif')).toBe('vb-test-bridge2\nvb-test-bridge3\n')
        for (const address of ['10.231.30.3', 'fd31:30::3', '10.231.30.1', 'fd31:30::1'])
          expect({ address, answers: await pings(host, address, 'test-bridge2') }).toEqual({ address, answers: true })
        for (const address of ['10.231.30.2', 'fd31:30::3'])
          expect({ address, answers: await pings(host, address) }).toEqual({ address, answers: true })
        expect(await inside(host, 'test-bridge2', 'ip route')).toMatch(/^default via 10\.231\.30\.1 dev eth0 \n/)
      }),
    )
  })

  test('extraVeths: a second pair with addresses, and a third on a bridge', async () => {
    await having(host, bridgeUp, bridgeDown, () =>
      withContainers(host, 'veths', async () => {
        for (const address of ['10.231.31.2', '10.231.32.2', 'fd31:32::2', '10.231.30.4'])
          expect({ address, answers: await pings(host, address) }).toEqual({ address, answers: true })
        for (const address of ['10.231.32.1', 'fd31:32::1', '10.231.30.1'])
          expect({ address, answers: await pings(host, address, 'test-veths') }).toEqual({ address, answers: true })
        expect(await sh(host, 'ls /sys/class/net/test-bridge/brif')).toBe('test-third\n')
        expect(await inside(host, 'test-veths', 'ip route show default')).toMatch(
          /^default via 10\.231\.31\.1 dev eth0 \n$/,
        )
      }),
    )
  })

  test('macvlans and interfaces: on a network of the host, and given back after stop and kill', async () => {
    await having(host, lanUp, `${lanDown}; ${noNamespaces}`, () =>
      withContainers(host, 'lan', async () => {
        for (const address of ['10.231.40.3', '10.231.40.9'])
          expect({ address, answers: await pings(host, address, 'test-lan2') }).toEqual({ address, answers: true })
        expect(await pings(host, '10.231.41.1', 'test-lent')).toBe(true)
        expect(await addresses()).not.toMatch(/^test-lent@/m)

        await killMainProcess(host, 'test-lent')
        await until('the container that was killed is back', () => pings(host, '10.231.41.2'))

        await must(host, ['stop', 'test-lent', 'test-lan2'])
        expect(await addresses()).toMatch(/^test-lent@/m)
        expect(await pings(host, '10.231.40.2', 'test-lan3')).toBe(false)
      }),
    )
  })

  test('networkNamespace: the container is in it', async () => {
    await having(
      host,
      'ip netns add test-joined; ip -n test-joined link set lo up; ip -n test-joined addr add 10.231.42.1/32 dev lo',
      `ip netns delete test-joined; ${noNamespaces}`,
      () =>
        withContainers(host, 'namespace', async () => {
          expect(await inside(host, 'test-namespace', 'ip -brief address')).toMatch(/^lo .* 10\.231\.42\.1\/32/)
          // Not by /sys/class/net: the nspawn of systemd 252 shows the host's sysfs there.
          expect(await inside(host, 'test-namespace', 'ip -oneline link')).toMatch(/^1: lo: .*\n$/)
        }),
    )
  })

  test('names of 1 to 64 characters, underscores, and two that begin alike', async () => {
    await withContainers(host, 'names', async () => {
      for (const number of [2, 3, 4, 5, 6]) expect(await pings(host, `10.231.50.${number}`)).toBe(true)
      // The kernel knows each interface by its whole name, too.
      const long = 'test-0123456789-0123456789-0123456789-0123456789-0123456789-0123'
      for (const name of ['t', 'test-network-one', 'test-network-two', long, 'test_with__underscores'])
        expect(await sh(host, `ip -oneline link show dev ve-${name}`)).toContain('UP')
      expect((await must(host, ['show-ip', 'test_with__underscores'])).stdout).toBe('10.231.50.6\n')
      expect(await inside(host, 'test_with__underscores', 'hostname')).toBe('test-with--underscores\n')

      const clash = await ec(host, ['create', '-E', '{ containers.test-with--underscores.config = {}; }'])
      expect(clash).toMatchObject({ status: 2, stdout: '' })
      expect(clash.stderr).toContain('"test-with--underscores" and "test_with__underscores"')
    })
  })
})
