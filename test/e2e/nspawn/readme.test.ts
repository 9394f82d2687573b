/** The three examples of nixos-nspawn's own README, word for word as ours shows them as commands. */
import { describe, expect, test } from '@jest/globals'
import { ec, managed, sh, until } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings } from '../harness/network.ts'
import { commandOn, sectionOf } from '../harness/readme.ts'
import { addressOf, folderOf, inside } from './nspawn.ts'

const section = sectionOf('nixos-nspawn definitions')
const examples = [...section.matchAll(/```bash\n(sudo extra-container create[^`]*?\}')\n([^`]*)```/g)]

test('there are three', () => expect(examples).toHaveLength(3))

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = (index: number, change = (text: string) => text) =>
    sh(host, change(commandOn(host, examples[index]?.[1] ?? 'false')))

  test('they start, and are reached as the README says', async () => {
    try {
      // Hosts of the host base that have no htop are told to install it.
      await create(0, (text) => text.replace('pkgs.htop', 'pkgs.bash'))
      await create(1)
      await create(2)

      expect(await pings(host, await addressOf(host, 'mycontainer'))).toBe(true)
      const gateway = (await inside(host, 'mycontainer', 'ip route show default')).split(' ')[2] ?? ''
      expect(await pings(host, gateway, 'mycontainer')).toBe(true)
      // It needs a terminal, and shows the container's console codes.
      const shell = await managed(
        host,
        'script -qc "machinectl shell mycontainer /usr/bin/hostname" /dev/null </dev/null',
      )
      expect(shell).toMatch(/mycontainer\s+Connection to machine/)

      await addressOf(host, 'backend')
      const proxied = await sh(
        host,
        `node ${folderOf(host)}/proxy.mjs 8099 http://backend & trap "kill $!" EXIT
         for i in {1..50}; do curl --silent --fail --max-time 3 http://127.0.0.1:8099/ && break; sleep 0.2; done`,
      )
      expect(proxied).toBe('hack the planet')

      const addresses = await inside(host, 'testcontainer', 'ip -brief address show host0')
      expect(addresses).toMatch(/192\.168\.42\.2\/24/)
      expect(addresses).toMatch(/fc42::2\/64/)
      expect(await inside(host, 'testcontainer', 'ip route; ip -6 route')).toMatch(
        /default via 192\.168\.42\.1 [\s\S]*via fc42::1 dev host0/,
      )
      for (const address of ['192.168.42.2', 'fc42::2']) {
        await until(`${address} answers`, async () => pings(host, address))
      }
      expect(await addressOf(host, 'testcontainer')).toBe('192.168.42.2')
    } finally {
      await ec(host, ['destroy', 'mycontainer', 'backend', 'testcontainer'])
    }
  })
})
