/** Zones, names that interfaces are too short for, and who may have the files that are installed. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings } from '../harness/network.ts'
import { addressOf, definition, withContainers } from './nspawn.ts'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const zone = 'config = { }; network.veth.zone = "testzone";'
  const network = '/etc/systemd/network/10-vz-testzone.network'

  test('containers of a zone reach each other; its network goes with the last', async () => {
    const names = ['test-a', 'test-b', 'test-with_a-long-name']
    await withContainers(
      host,
      names,
      `test-a = { ${zone} }; test-b = { ${zone} }; test-with_a-long-name.config = { };`,
      async () => {
        const [a, b] = [await addressOf(host, 'test-a'), await addressOf(host, 'test-b')]
        expect(await pings(host, a, 'test-b')).toBe(true)
        expect(await pings(host, b, 'test-a')).toBe(true)

        // machinectl's names have no underscores, and an interface's 15 characters.
        expect(await pings(host, await addressOf(host, 'test-with-a-long-name'))).toBe(true)
        expect(await sh(host, 'ip -json link show ve-test-with-a-long-name')).toMatch(/"ifname":"ve-test-wit.{4}"/)

        const before = await sh(host, `readlink ${network}`)
        await must(host, ['create', '--start', '-E', definition(`test-b = { ${zone} autoStart = false; };`)])
        expect(await sh(host, `readlink ${network}`)).not.toBe(before)
        await must(host, ['destroy', 'test-b'])
        expect(await sh(host, `readlink ${network}`)).toBe(before)
        expect(await pings(host, await addressOf(host, 'test-a'))).toBe(true)
        await must(host, ['destroy', 'test-a'])
        expect((await host.start(['ls', network]).finished).status).not.toBe(0)
      },
    )
  })

  test('a file of the host in the place of one that is needed stays, and nothing is installed', async () => {
    await sh(host, 'mkdir -p /etc/systemd/nspawn; echo mine >/etc/systemd/nspawn/test-mine.nspawn')
    const made = await ec(host, ['create', '-E', definition('test-mine.config = { };')])
    expect(await sh(host, 'cat /etc/systemd/nspawn/test-mine.nspawn; rm /etc/systemd/nspawn/test-mine.nspawn')).toBe(
      'mine\n',
    )
    expect(made).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('needs /etc/systemd/nspawn/test-mine.nspawn, and that is there already'),
    })
    expect((await must(host, ['list'])).stdout).toBe('')
  })
})
