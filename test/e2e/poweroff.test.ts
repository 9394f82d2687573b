/** A container that shuts itself down while commands run in it. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, startEc, until } from './harness/commands.ts'
import { hosts, type TestHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = '{ containers.test-off.config = {}; }'

const begun = async (host: TestHost, args: readonly string[]) => {
  const running = startEc(host, args, { timeout: 60_000 })
  await running.printed('begun')
  return running
}

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => {
    await ec(host, ['destroy', 'test-off'])
  })
  watchLeftovers(host)

  test('poweroff inside ends the commands that are open, and is not held up by them', async () => {
    await must(host, ['create', '--start', '-E', definition])
    const commands = await Promise.all(
      ['sleep 1000', 'exec sleep 1000', 'sleep 1000 | cat'].map((script) =>
        begun(host, ['run', 'test-off', '--', 'sh', '-c', `echo begun; ${script}`]),
      ),
    )
    const begin = Date.now()
    await ec(host, ['run', 'test-off', '--', 'systemctl', 'poweroff'])
    const ended = await Promise.all(commands.map(({ finished }) => finished))
    for (const { status } of ended) expect(status).not.toBe(0)
    await until('it is down', async () => (await ec(host, ['status', 'test-off'])).stdout === 'down\n')
    expect(Date.now() - begin).toBeLessThan(30_000)
  })

  test('poweroff in a session ends its open command, and the session goes on', async () => {
    const { status, stdout } = await ec(
      host,
      [
        ...['shell', '-E', definition, '--run', 'bash', '-c'],
        'c sh -c "echo begun; exec sleep 1000" & c systemctl poweroff; wait $!; echo "ended with $?"',
      ],
      { timeout: 60_000 },
    )
    expect(stdout).toMatch(/begun\n(.*\n)*ended with (?!0\n)/)
    expect(status).toBe(0)
  })
})
