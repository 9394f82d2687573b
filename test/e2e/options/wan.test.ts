/** Ways through the host: extra.enableWAN, forwardPorts, name servers. */
import { describe, expect, test } from '@jest/globals'
import { having, killMainProcess, must, sh, until } from '../harness/commands.ts'
import { hosts, testHost } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { ask, inPeer, withPeer } from '../harness/network.ts'
import { askFrom, inside, withContainers } from './network.ts'

const container = 'test-wan'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const withWan = (body: () => Promise<void>) =>
    withPeer(host, () =>
      withContainers(host, 'wan', async () => {
        await until('the service inside answers', async () => (await ask(host, 'tcp 10.231.20.2 80')) !== '')
        await body()
      }),
    )
  const masquerades = async () => Number(await sh(host, 'nft list ruleset | grep -c "10.231.20.2.*masquerade" || :'))
  const accepts = async () =>
    Number(await sh(host, 'nft list ruleset | grep -Ec "ip (s|d)addr 10.231.20.2 .*accept" || :'))
  const forwarding = () => sh(host, 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding')

  /** What the peer sees of the container, and answers. */
  async function expectWayOut(): Promise<void> {
    const answers = {
      tcp: await askFrom(host, container, 'tcp 198.51.100.2 8080'),
      udp: await askFrom(host, container, 'udp 198.51.100.2 8080'),
      tcp6: await askFrom(host, container, 'tcp 2001:db8:51::2 8080'),
      udp6: await askFrom(host, container, 'udp 2001:db8:51::2 8080'),
    }
    expect(answers).toEqual({
      tcp: '198.51.100.1',
      udp: '198.51.100.1',
      tcp6: '2001:db8:51::1',
      udp6: '2001:db8:51::1',
    })
  }

  /** What the service in the container sees of the peer. */
  async function expectWayIn(): Promise<void> {
    const answers = {
      tcp: await ask(host, 'tcp 198.51.100.1 18080', inPeer),
      same: await ask(host, 'tcp 198.51.100.1 18082', inPeer),
      udp: await ask(host, 'udp 198.51.100.1 18053', inPeer),
      tcp6: await ask(host, 'tcp 2001:db8:51::1 18080', inPeer),
      udp6: await ask(host, 'udp 2001:db8:51::1 18053', inPeer),
      wrongProtocol: await ask(host, 'udp 198.51.100.1 18080', inPeer),
    }
    const [four, six] = ['198.51.100.2', '2001:db8:51::2']
    expect(answers).toEqual({ tcp: four, same: four, udp: four, tcp6: six, udp6: six, wrongProtocol: '' })
  }

  test('out and in, with rules that are there once, and gone after stop, kill and destroy', async () => {
    await having(host, 'echo 0 >/proc/sys/net/ipv4/ip_forward', ':', () =>
      withWan(async () => {
        await expectWayOut()
        await expectWayIn()
        expect(await ask(host, 'tcp 198.51.100.1 18080')).not.toBe('')
        expect(await masquerades()).toBe(1)
        expect(await forwarding()).toBe('1\n1\n')

        await killMainProcess(host, container)
        await until('the container that was killed is back', async () => (await ask(host, 'tcp 10.231.20.2 80')) !== '')
        await expectWayOut()
        expect(await masquerades()).toBe(1)

        await must(host, ['stop', container])
        expect(await masquerades()).toBe(0)
        expect(await forwarding()).toBe('0\n0\n')
        expect(await ask(host, 'tcp 198.51.100.1 18080', inPeer)).toBe('')

        await must(host, ['start', container])
        expect(await masquerades()).toBe(1)
        await sh(host, `pkill -KILL --full '^systemd-nspawn.*--machine=${container} '`)
        await must(host, ['destroy', container])
        expect(await masquerades()).toBe(0)
        expect(await forwarding()).toBe('0\n0\n')
        await must(host, ['create', `${host.root}/test/e2e/options/wan.nix`])
      }),
    )
  })

  test('a removal of rules that was killed half-way is finished by destroy', async () => {
    await having(host, 'echo 0 >/proc/sys/net/ipv4/ip_forward', ':', async () => {
      await withWan(async () => {
        const script = `
          folder=$(mktemp -d)
          printf '#!/bin/sh\\nkill -KILL $PPID\\n' >$folder/grep
          chmod +x $folder/grep
          PATH=$folder:$PATH INSTANCE=${container} bash ${host.root}/nix/network/forwarding.sh remove || echo killed
          rm -r $folder
        `
        expect(await sh(host, script)).toContain('killed')
        expect(await forwarding()).toBe('1\n1\n')
      })
      expect(await forwarding()).toBe('0\n0\n')
    })
  })

  test('forwarding that was on stays on', async () => {
    await having(host, 'echo 1 >/proc/sys/net/ipv4/ip_forward', 'echo 0 >/proc/sys/net/ipv4/ip_forward', async () => {
      await withWan(async () => {})
      expect(await forwarding()).toBe('1\n0\n')
    })
  })

  test.each([
    {
      who: 'iptables',
      drop: 'iptables -P FORWARD DROP; ip6tables -P FORWARD DROP',
      undo: 'iptables -P FORWARD ACCEPT; ip6tables -P FORWARD ACCEPT',
    },
    {
      who: 'nft',
      drop: `nft 'table inet test-filter { chain forward { type filter hook forward priority 0; policy drop; }; }'`,
      undo: 'nft delete table inet test-filter',
    },
  ])('with a policy of $who that drops forwarded packets', async ({ drop, undo }) => {
    await having(host, drop, undo, () =>
      withWan(async () => {
        await expectWayOut()
        await expectWayIn()
        expect(await accepts()).toBeGreaterThan(0)
        // What iptables wrote it can still read.
        await sh(host, 'iptables-save; ip6tables-save')
        await must(host, ['stop', container])
        expect(await accepts()).toBe(0)
      }),
    )
  })

  test('names are resolved where the host asks 127.0.0.53', async () => {
    const before = `
      mkdir -p /run/systemd/resolve
      echo nameserver 198.51.100.2 >/run/systemd/resolve/resolv.conf
      echo nameserver 127.0.0.53 >/tmp/test-resolv.conf
      touch /etc/resolv.conf
      mount --bind /tmp/test-resolv.conf /etc/resolv.conf
    `
    const after = 'umount /etc/resolv.conf; rm -r /run/systemd/resolve /tmp/test-resolv.conf'
    await having(host, before, after, () =>
      withWan(async () => {
        expect(await inside(host, container, 'getent ahostsv4 name.test')).toMatch(/^203\.0\.113\.77 /)
      }),
    )
  })
})

test('on a machine with nft and no iptables', async () => {
  const host = testHost
  const before = `
    nft 'table inet test-filter { chain forward { type filter hook forward priority 0; policy drop; }; }'
    mv /usr/sbin/xtables-nft-multi /usr/sbin/xtables-away
  `
  const after = 'mv /usr/sbin/xtables-away /usr/sbin/xtables-nft-multi; nft delete table inet test-filter'
  await having(host, before, after, () =>
    withPeer(host, () =>
      withContainers(host, 'wan', async () => {
        expect(await askFrom(host, container, 'tcp 198.51.100.2 8080')).toBe('198.51.100.1')
        expect(await ask(host, 'tcp 198.51.100.1 18080', inPeer)).toBe('198.51.100.2')
      }),
    ),
  )
})
