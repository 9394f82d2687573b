/** Zones, names that interfaces are too short for, and who may have the files that are installed. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, startEc } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings } from '../harness/network.ts'
import { addressOf, create, definition, withContainers } from './nspawn.ts'

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

  /** What a name stands for inside, without waiting for more than a moment. */
  const find = async (from: string, name: string): Promise<string | undefined> => {
    const { stdout } = await ec(host, ['run', from, '--', 'timeout', '2', 'getent', 'ahostsv4', name])
    return /^\S+/.exec(stdout)?.[0]
  }

  test('containers of a zone find each other by name as soon as both are up', async () => {
    const own = (text: string) =>
      `network.veth.zone = "testzone"; config = { networking.hosts."192.0.2.1" = [ "${text}" ]; };`
    const [a, b] = ['test-a', 'test-b_2']
    await withContainers(host, [a, b], `${a} = { ${own('mine')} };`, async () => {
      // It has been asking all the time.
      const asking = startEc(host, [
        ...['run', a, '--', 'bash', '-c', 'until getent ahostsv4 test-b-2; do sleep 0.1; done; date +%s%3N'],
      ])
      expect(await find(a, 'test-b-2')).toBeUndefined()
      await create(host, `${b} = { ${own('mine')} };`)
      const up = Date.now()
      expect(Number(/\d+\n$/.exec((await asking.finished).stdout)?.[0]) - up).toBeLessThan(2000)

      for (let start = 1; start <= 3; start++) {
        for (let time = 1; time <= 3; time++) {
          expect(await find(a, 'test-b-2')).toBe(await addressOf(host, 'test-b-2'))
          expect(await find(b, 'test-a')).toBe(await addressOf(host, 'test-a'))
        }
        expect(await find(b, 'test-a.local')).toBe(await addressOf(host, 'test-a'))
        expect(await pings(host, 'test-b-2', a)).toBe(true)
        await must(host, ['restart', start === 1 ? b : a])
      }

      // A system's own lines are beside these, also when it is changed in place.
      expect(await find(a, 'mine')).toBe('192.0.2.1')
      await create(host, `${a} = { ${own('changed')} };`, '--update-changed')
      expect([await find(a, 'changed'), await find(a, 'mine')]).toEqual(['192.0.2.1', undefined])
      expect(await find(a, 'test-b-2')).toBe(await addressOf(host, 'test-b-2'))

      await must(host, ['destroy', b])
      expect(await find(a, 'test-b-2')).toBeUndefined()
    })
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
