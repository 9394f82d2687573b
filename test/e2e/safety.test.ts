/** Nothing of ours stands in the way of a stop or a restart, and what is killed leaves nothing that the next command cannot undo. */
import { describe, expect, test } from '@jest/globals'
import { ec, having, inManager, managed, must, sh, startEc, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = '{ containers.demo.config = {}; }'
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const create = () => must(host, ['create', '--start', '-E', definition])
  const session = (...command: string[]) => startEc(host, ['shell', '-E', definition, '--run', ...command])
  /** Kills the process that a session registered, as the kernel does where memory runs out. */
  const killSession = () => sh(host, 'ls /run/extra-container/sessions | cut -d - -f 1 | xargs kill -KILL')

  test('commands that run inside hold up neither stop nor restart', async () => {
    await create()
    for (const action of ['restart', 'stop']) {
      const open = [
        startEc(host, ['run', 'demo', '--', 'sleep', '1000']),
        startEc(host, ['run', 'demo', '--', 'sh', '-c', 'sleep 1000; echo over']),
        host.start(['script', '-qec', `${host.root}/bin/extra-container run demo -- sleep 1000`, '/dev/null'], {
          input: 'open',
        }),
      ]
      await until('three commands inside', async () => {
        const { stdout } = await ec(host, ['run', 'demo', '--', 'pgrep', '-c', '-f', 'sleep 1000'])
        return Number(stdout) >= 3
      })
      const begun = Date.now()
      await must(host, [action, 'demo'])
      // The shutdown inside would wait for 90 seconds.
      expect(Date.now() - begun).toBeLessThan(30_000)
      for (const { finished } of open) expect((await finished).status).not.toBe(0)
    }
    await must(host, ['destroy', 'demo'])
  })

  test('containers and commands in them outlive systemd executing itself anew, and stop at once', async () => {
    await create()
    const open = startEc(host, ['run', 'demo', '--', 'sleep', '1000'])
    const inside = async () => Number((await ec(host, ['run', 'demo', '--', 'pgrep', '-c', '-f', 'sleep 1000'])).stdout)
    await until('the command inside', async () => (await inside()) === 1)
    await managed(host, 'systemctl daemon-reexec')
    expect((await must(host, ['status', 'demo'])).stdout).toBe('up\n')
    expect(await inside()).toBe(1)
    const begun = Date.now()
    await must(host, ['restart', 'demo'])
    expect(Date.now() - begun).toBeLessThan(30_000)
    expect((await open.finished).status).not.toBe(0)
    await must(host, ['destroy', 'demo'])
  })

  test('a container that was killed, and that machined still has, starts again, and restarts twenty times in a row', async () => {
    await create()
    const leader = () => managed(host, 'sed -n s/^LEADER=//p /run/systemd/machines/demo')
    const killed = await leader()
    expect(killed).toMatch(/^\d+\n$/)
    // So that it does not come to notice the kill.
    await having(
      host,
      inManager('systemctl kill --signal=STOP systemd-machined'),
      inManager('systemctl kill --signal=CONT systemd-machined'),
      async () => {
        await sh(host, 'pkill --signal KILL --full "^systemd-nspawn .*--machine=demo "')
        await managed(host, `while kill -0 ${killed.trim()} 2>/dev/null; do sleep 0.1; done`)
        expect(await leader()).toBe(killed)
      },
    )
    await must(host, ['start', 'demo'])
    await must(host, ['run', 'demo', '--', 'true'])
    expect(await leader()).not.toBe(killed)
    const failed = await sh(
      host,
      `for i in {1..20}; do ${host.root}/bin/extra-container restart demo 2>/dev/null || echo "$i"; done`,
    )
    expect(failed).toBe('')
    await must(host, ['destroy', 'demo'])
  })

  test('a session owns its container, until another command destroys it', async () => {
    const first = session('c', 'sh', '-c', 'echo inside; sleep 1000')
    await first.printed('inside')
    const second = await ec(host, ['shell', '-E', definition, '--run', 'true'])
    expect(second).toMatchObject({ status: 1, stdout: '' })
    expect(second.stderr).toMatch(/"demo" belongs to a session that runs \(PID \d+\)/)
    await must(host, ['run', 'demo', '--', 'true'])
    await must(host, ['destroy', 'demo'])
    const { status, stderr } = await first.finished
    expect(status).not.toBe(0)
    expect(stderr).toContain('Container "demo" was destroyed by another command.')
  })

  test('prune removes what a killed session left, and says so', async () => {
    const killed = session('sleep', '5')
    await until('a session', async () => (await ec(host, ['run', 'demo', '--', 'true'])).status === 0)
    await killSession()
    await killed.finished
    const wouldBe = await must(host, ['prune', '--dry-run'])
    expect(wouldBe.stdout).toMatch(/^session \d+, which was killed, with demo$/m)
    expect((await must(host, ['list'])).stdout).toBe('demo\n')
    expect((await must(host, ['prune'])).stdout).toBe(wouldBe.stdout)
    expect((await must(host, ['prune'])).stdout).toBe('')
  })

  test('prune removes what else a killed command can leave', async () => {
    await sh(
      host,
      `
      roots=/nix/var/nix/gcroots/auto
      run=/run/extra-container
      mkdir -p $roots $run/{forwarding,addresses,outdated,locks}
      ln -s /etc/systemd-mutable/system/container@test-gone.service $roots/extra-container-test-gone
      ln -s /etc/nixos-containers/test-gone.conf $roots/extra-container-test-gone.conf
      echo ip >$run/forwarding/test-gone
      nft 'table inet extra-container-test-gone { }'
      ip link add test-gone type veth peer name test-peer
      ip link set test-gone alias container@test-gone
      ip link set test-peer alias theirs
      touch $run/addresses/10.200.1.99999999-1 $run/outdated/test-gone $run/locks/container-test-gone
    `,
    )
    const { stdout } = await must(host, ['prune'])
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0])
        .sort(),
    ).toEqual(['/nix/var/nix/gcroots/auto/extra-container-test-gone,', 'claim', 'interface', 'lock', 'note', 'packet'])
    const places = 'find /nix/var/nix/gcroots/auto /run/extra-container; nft list tables; ip -oneline link'
    expect(await sh(host, places)).not.toMatch(/test-gone|99999999/)
    expect((await must(host, ['prune'])).stdout).toBe('')
  })

  test('of two at once, one waits, or fails with --no-wait', async () => {
    const both = await Promise.all([create(), create()])
    expect(both.filter(({ stdout }) => stdout.includes('demo (unchanged, skipped)'))).toHaveLength(1)
    const held = host.start(['flock', '/run/extra-container/locks/container-demo', 'sh', '-c', 'echo held; exec cat'], {
      input: 'open',
    })
    await held.printed('held')
    expect(await ec(host, ['stop', '--no-wait', 'demo'], { timeout: 20_000 })).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('Another extra-container command works on container "demo".'),
    })
    const waiting = startEc(host, ['stop', 'demo'])
    await waiting.printed('Waiting for another extra-container command to end (container demo)')
    expect((await must(host, ['status', 'demo'])).stdout).toBe('up\n')
    held.stdin.end()
    expect((await waiting.finished).status).toBe(0)
    expect((await must(host, ['status', 'demo'])).stdout).toBe('down\n')
    await must(host, ['destroy', 'demo'])
  })

  test('killed at any moment, a command leaves what the next one puts in order', async () => {
    for (let moment = 0; moment < 8; moment++) {
      const args = moment % 2 ? ['destroy', 'demo'] : ['create', '-E', definition]
      const command = startEc(host, args)
      await pause(60 + moment * 45)
      command.signalGroup('SIGKILL')
      await command.finished
      await must(host, ['list'])
      await create()
      await must(host, ['run', 'demo', '--', 'true'])
    }
    await must(host, ['destroy', 'demo'])
    await must(host, ['prune'])
    expect(await sh(host, 'find /run/extra-container/steps /run/extra-container/sessions -type f')).toBe('')
  })
})
