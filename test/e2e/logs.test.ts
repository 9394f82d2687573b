/** `logs`: what containers of each kind have logged, while they run and when they are down; the inner unit of a failed start. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh, startEc, until } from './harness/commands.ts'
import { hosts, type TestHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const talker = `
  systemd.services.talk = {
    wantedBy = [ "multi-user.target" ];
    script = "echo first; echo second; exec sleep infinity";
    preStop = "echo goodbye";
  };
`

async function nixcloud(host: TestHost, text: string, ...commands: string[]) {
  await host.start(['tee', '/tmp/test-logs.nix'], { input: text }).finished
  const script = commands.map((command) => `${host.root}/bin/nixcloud-container ${command}`).join('\n')
  try {
    return await host.start(['bash', '-euc', script]).finished
  } finally {
    await sh(host, 'rm /tmp/test-logs.nix')
  }
}

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => void (await ec(host, ['destroy', 'test-logs'])))
  watchLeftovers(host)

  const logs = (...words: string[]) => ec(host, ['logs', 'test-logs', ...words])
  const create = (definition: string) => must(host, ['create', '-s', '-E', definition])
  const messages = (text: string) => text.split('\n').map((line) => line.replace(/^.*?: /, ''))

  async function showsWhileRunning() {
    const { status, stdout, stderr } = await logs('-u', 'talk')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/first\n.*second\n/)
    expect(messages((await logs('-n', '1', '--unit', 'talk.service')).stdout).at(-2)).toBe('second')
    // Of the whole system, and of it alone.
    const whole = (await logs()).stdout
    expect(whole).toContain('first')
    expect(whole).toMatch(/systemd\[1\]/)
  }

  test('a container: running, down, and followed until it stops', async () => {
    await create(`{ containers.test-logs.config = { ${talker} }; }`)
    await showsWhileRunning()

    const followed = startEc(host, ['logs', 'test-logs', '-f', '-n', '1', '-u', 'talk'])
    await followed.printed('second')
    await must(host, ['run', 'test-logs', '--', 'systemctl', 'restart', 'talk'])
    await followed.printed(/goodbye[\s\S]*first[\s\S]*second/)
    await must(host, ['stop', 'test-logs'])
    const { status, stdout, stderr } = await followed.finished
    expect(status).toBe(0)
    expect(stderr).toContain('Container "test-logs" has stopped. All that it logged last:')
    // The one line that was asked for, and the restart.
    const said = messages(stdout).filter((line) => /^(first|second|goodbye)$/.test(line))
    expect(said.slice(0, 4)).toEqual(['second', 'goodbye', 'first', 'second'])

    const down = await logs('-u', 'talk')
    expect(down).toMatchObject({ status: 0, stderr: '' })
    expect(down.stdout.match(/first/g)).toHaveLength(2)
    expect(down.stdout.match(/goodbye/g)).toHaveLength(2)
    await must(host, ['start', 'test-logs'])
    expect((await logs('-u', 'talk')).stdout.match(/first/g)).toHaveLength(3)
  })

  test('Ctrl-C ends it, and the container goes on', async () => {
    await create(`{ containers.test-logs.config = { ${talker} }; }`)
    const terminal = host.open([`${host.root}/bin/extra-container`, 'logs', 'test-logs', '-f', '-u', 'talk'])
    await terminal.shows('second')
    terminal.type('\x03')
    expect(await terminal.ended).toBe(130)
    expect((await must(host, ['status', 'test-logs'])).stdout).toBe('up\n')
  })

  test('one of nixos-nspawn, which keeps nothing: running, and then what its unit logged', async () => {
    await create(`{ nixos-nspawn.containers.test-logs.config = { ${talker} }; }`)
    await showsWhileRunning()
    await must(host, ['stop', 'test-logs'])
    const down = await logs()
    if (host.name === 'this machine' && down.status === 1) {
      // The private manager has ended with its last container, unless another command used it just then.
      expect(down).toMatchObject({ status: 1, stdout: '' })
      expect(down.stderr).toContain('is down and keeps no journal. Start it: extra-container start test-logs')
    } else {
      expect(down).toMatchObject({ status: 0, stdout: expect.stringMatching(/Stopped .*test-logs/) })
      expect(down.stderr).toContain('what its unit container@test-logs.service logged:')
    }
  })

  test('one of LXC: running and down; a start that fails names the unit inside', async () => {
    await nixcloud(host, `{ ... }: { ${talker} }`, 'create test-logs /tmp/test-logs.nix', 'start test-logs')
    await showsWhileRunning()
    await must(host, ['stop', 'test-logs'])
    expect((await logs('-u', 'talk')).stdout).toMatch(/first\n.*second\n/)

    const dies = `{ ... }: {
      systemd.services.dies = {
        wantedBy = [ "multi-user.target" ];
        before = [ "multi-user.target" ];
        serviceConfig.Type = "oneshot";
        unitConfig.FailureAction = "poweroff";
        script = "echo what is wrong; exit 7";
      };
    }`
    const begin = Date.now()
    const failed = await nixcloud(host, dies, 'update test-logs /tmp/test-logs.nix', 'start test-logs')
    expect(failed.status).toBe(1)
    // Not a shutdown that waits for what watches the boot.
    expect(Date.now() - begin).toBeLessThan(45_000)
    expect(failed.stderr).toMatch(/Unit dies\.service inside: failed[\s\S]*what is wrong/)
    // Its unit tries a few times more.
    await until('it has logged that', async () => (await logs('-u', 'dies')).stdout.includes('what is wrong'))
  })

  test('a journal behind a link of the container is not shown', async () => {
    await create(`{ containers.test-logs.config = { ${talker} }; }`)
    await must(host, ['run', 'test-logs', '--', 'sh', '-c', 'rm -r /var/log/journal; ln -s /var/log /var/log/journal'])
    await must(host, ['stop', 'test-logs'])
    const { stdout, stderr } = await logs('-u', 'talk')
    expect(stdout).toBe('')
    expect(stderr).toContain('keeps no journal')
  })
})
