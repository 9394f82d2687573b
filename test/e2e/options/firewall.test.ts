/** The firewall inside a container, extra.firewallAllowHost and extra.exposeLocalhost: open ports answer, others do not. */
import { describe, expect, test } from '@jest/globals'
import { having, until } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { ask, pings } from '../harness/network.ts'
import { askFrom, withContainers } from './network.ts'

// An address of the host that is no hostAddress, and comes from outside to the containers.
const other = '10.231.69.1'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const open = async (question: string): Promise<boolean> => (await ask(host, question)) !== ''

  test('firewalls of four containers', async () => {
    await having(host, `ip addr add ${other}/32 dev lo`, `ip addr del ${other}/32 dev lo`, () =>
      withContainers(host, 'firewall', async () => {
        for (const name of ['ports', 'closed', 'off', 'host']) {
          await until(
            `${name} serves`,
            async () => (await askFrom(host, `test-fw-${name}`, 'tcp 127.0.0.1 8004')) !== '',
          )
        }

        expect({
          'allowed for TCP': [await open('tcp 10.231.61.2 8001'), await open('udp 10.231.61.2 8001')],
          'allowed for UDP': [await open('tcp 10.231.61.2 8002'), await open('udp 10.231.61.2 8002')],
          'by extraCommands': [await open('tcp 10.231.61.2 8003'), await open('udp 10.231.61.2 8003')],
          'allowPing by default': await pings(host, '10.231.61.2'),
        }).toEqual({
          'allowed for TCP': [true, false],
          'allowed for UDP': [false, true],
          'by extraCommands': [true, false],
          'allowPing by default': true,
        })

        expect({
          ports: [await open('tcp 10.231.62.2 8001'), await open('udp 10.231.62.2 8001')],
          ping: await pings(host, '10.231.62.2'),
          'to the outside': await pings(host, '10.231.62.1', 'test-fw-closed'),
        }).toEqual({ ports: [false, false], ping: false, 'to the outside': true })

        expect({
          'without a firewall': [await open('tcp 10.231.63.2 8001'), await open('udp 10.231.63.2 8003')],
          'localhost alone': await open('tcp 10.231.63.2 8004'),
        }).toEqual({ 'without a firewall': [true, true], 'localhost alone': false })

        expect({
          'from the host': [await open('tcp 10.231.64.2 8001'), await open('udp 10.231.64.2 8001')],
          'from others': [await open(`tcp 10.231.64.2 8001 ${other}`), await open(`udp 10.231.64.2 8001 ${other}`)],
          'its localhost': await open('tcp 10.231.64.2 8004'),
          'allowed, from others': await open(`tcp 10.231.61.2 8001 ${other}`),
        }).toEqual({
          'from the host': [true, true],
          'from others': [false, false],
          'its localhost': true,
          'allowed, from others': true,
        })
      }),
    )
  })
})
