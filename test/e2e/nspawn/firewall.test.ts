/** A machine whose firewall lets in nothing that it does not know. */
import { describe, expect, test } from '@jest/globals'
import { sh, until } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings, withPeer } from '../harness/network.ts'
import { addressOf, inside, withContainers } from './nspawn.ts'

// Of the containers' links alone: the machine must stay reachable.
const up = `
  nft 'table inet test-filter {
    chain input { type filter hook input priority 0; iifname "ve-test-fw*" drop; }
    chain forward { type filter hook forward priority 0; iifname "ve-test-fw*" drop; oifname "ve-test-fw*" drop; }
  }'
  for chain in INPUT FORWARD; do iptables -A $chain -i ve-test-fw+ -j DROP; done
  iptables -A FORWARD -o ve-test-fw+ -j DROP
`
const down = `
  nft delete table inet test-filter
  for chain in INPUT FORWARD; do iptables -D $chain -i ve-test-fw+ -j DROP; done
  iptables -D FORWARD -o ve-test-fw+ -j DROP
`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  test('containers get their addresses, and reach the world', async () => {
    await withPeer(host, async () => {
      await sh(host, up)
      const names = ['test-fw', 'test-fw-with-a-long-name']
      try {
        await withContainers(host, names, names.map((name) => `${name}.config = { };`).join(' '), async () => {
          for (const name of names) {
            expect(await pings(host, await addressOf(host, name))).toBe(true)
            const world = 'timeout 3 bash -c "exec 3<>/dev/tcp/198.51.100.2/8080; cat <&3" || :'
            await until(`${name} reaches the world`, async () =>
              (await inside(host, name, world)).includes('198.51.100.1'),
            )
          }
        })
      } finally {
        await sh(host, down)
      }
    })
  })
})
