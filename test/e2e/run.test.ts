/** `shell --run` and `c`: exit statuses, streams that are apart and binary-safe, and signals. */
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { ec, sh, startEc, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'
import type { StartOptions } from './harness/process.ts'

const definition = '{ containers.demo.config = {}; }'
const slow = `{
  containers.demo.config.systemd.services.slow = {
    wantedBy = [ "multi-user.target" ];
    before = [ "multi-user.target" ];
    serviceConfig.Type = "oneshot";
    script = "sleep 60";
  };
}`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const run = (command: string[], options?: StartOptions) =>
    ec(host, ['shell', '-E', definition, '--run', ...command], options)

  test.each([
    { command: ['true'], status: 0 },
    { command: ['false'], status: 1 },
    { command: ['sh', '-c', 'exit 7'], status: 7 },
    { command: ['c', 'sh', '-c', 'exit 7'], status: 7 },
    { command: ['c', 'sh', '-c', 'kill -TERM $$'], status: 143 },
    { command: ['no-such-command'], status: 127 },
    { command: ['c', 'no-such-command'], status: 127 },
  ])('exit status $status of $command is the exit status', async ({ command, status }) => {
    expect((await run(command)).status).toBe(status)
  })

  test('arguments arrive as they are', async () => {
    const words = ['', ' a  b ', '$HOME', '*', "it's", '"', '\\', 'a\nb', '-x', 'ü']
    const { bytes } = await run(['c', 'printf', '%s\\0', ...words])
    expect(bytes.toString()).toBe(words.map((word) => `${word}\0`).join(''))
  })

  test('standard input and output of c carry any bytes', async () => {
    const input = randomBytes(1_000_003)
    const { status, bytes } = await run(['c', 'cat'], { input })
    expect(status).toBe(0)
    expect(bytes.equals(input)).toBe(true)
  })

  test('standard error of c stays apart', async () => {
    const result = await run(['c', 'sh', '-c', 'echo out; echo err >&2'])
    expect(result).toMatchObject({ status: 0, stdout: 'out\n' })
    expect(result.stderr).toMatch(/^err$/m)
  })

  test('c works in a pipeline of the session, many times', async () => {
    const script = 'for i in 1 2 3 4 5; do echo "line $i" | c cat; done; c false || echo "status $?"'
    expect(await run(['bash', '-c', script])).toMatchObject({
      status: 0,
      stdout: 'line 1\nline 2\nline 3\nline 4\nline 5\nstatus 1\n',
    })
  })

  test('tar through c, both ways, 100 MB', async () => {
    const script = `
      mkdir /tmp/ec-test-tar; cd /tmp/ec-test-tar; head -c 100000000 /dev/urandom >big; ln -s big link
      tar c . | c sh -c 'mkdir /tmp/there; tar x -C /tmp/there; rm /tmp/there/link'
      c tar c -C /tmp/there . | tar x --to-stdout ./big | cmp - big && c ls -A /tmp/there
      rm -r /tmp/ec-test-tar`
    expect(await run(['bash', '-euo', 'pipefail', '-c', script])).toMatchObject({ status: 0, stdout: 'big\n' })
  })

  test('c in a strict script, in the background, in a subshell, without standard input or output', async () => {
    const script = `
      IFS=,; shopt -s nullglob failglob; readonly LC_ALL=C
      (c sh -c 'exit 6') || echo "subshell $?"
      c sh -c 'exit 7' & wait $! || echo "background $?"
      c sh -c 'read -r line' <&- 2>&- || echo "closed $?"
      c true >&- && echo done`
    expect(await run(['bash', '-euo', 'pipefail', '-c', script])).toMatchObject({
      status: 0,
      stdout: 'subshell 6\nbackground 7\nclosed 1\ndone\n',
    })
  })

  test('--run is given the session it runs in: a call of the same container updates it', async () => {
    const changed = '{ containers.demo.config.environment.etc.mark.text = "new"; }'
    const script = 'c touch /root/kept; "$0" shell -E "$1" --run c sh -c "cat /etc/mark; ls /root"; "$0" list'
    const result = await run(['bash', '-c', script, `${host.root}/bin/extra-container`, changed])
    expect(result).toMatchObject({ status: 0, stdout: 'newkept\ndemo\n' })
    expect(result.stderr).toContain('Updating containers:\ndemo\n')
  })

  test('c gives a login environment of the container, not of the host', async () => {
    const { stdout } = await run(['c', 'sh', '-c', 'echo "$HOME $(id -un) $(printenv SECRET || echo unset)"; pwd'], {
      env: { SECRET: 'of the host' },
    })
    expect(stdout).toBe('/root root unset\n/root\n')
  })

  test.each([
    { signal: 'SIGINT', status: 130 },
    { signal: 'SIGTERM', status: 143 },
    { signal: 'SIGHUP', status: 129 },
  ] as const)('$signal while the command runs destroys the container', async ({ signal, status }) => {
    const shell = startEc(host, ['shell', '-E', definition, '--run', 'c', 'sh', '-c', 'echo up; exec sleep 60'])
    await shell.printed('up')
    shell.signal(signal)
    expect((await shell.finished).status).toBe(status)
  })

  test('Ctrl-C while the command runs destroys the container', async () => {
    const shell = startEc(host, ['shell', '-E', definition, '--run', 'c', 'sh', '-c', 'echo up; exec sleep 60'])
    await shell.printed('up')
    shell.signalGroup('SIGINT')
    expect((await shell.finished).status).toBe(130)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s during boot destroys the container', async (signal) => {
    const shell = startEc(host, ['shell', '-E', slow, '--run', 'true'])
    await until('the container boots', async () => {
      const pids = await sh(host, 'pgrep --full "[s]ystemd-nspawn.*demo" || :')
      return pids !== ''
    })
    shell.signal(signal)
    expect((await shell.finished).status).not.toBe(0)
  })
})
