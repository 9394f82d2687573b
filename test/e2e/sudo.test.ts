/** Called by a normal user: one password, the user's own files and search path, and nothing else of the environment. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const user = 'test-alice'
const home = `/home/${user}`
/** `rel` is found by a relative NIX_PATH, `pwd` is the folder of the call. */
const definition = '{ containers.test-sudo.config.imports = [ <pwd/one.nix> <rel/two.nix> ]; }'

describe.each(hosts)('on $name', (host) => {
  const sudoers = (rule: string) =>
    sh(host, `umask 227; printf '%s\\n' '${rule}' >/etc/sudoers.d/${user}; visudo -cqf /etc/sudoers.d/${user}`)

  beforeAll(async () => {
    await sh(
      host,
      `useradd --create-home --shell /bin/bash ${user}
      echo ${user}:secret | chpasswd
      chmod 700 ${home}
      mkdir -p ${home}/project/lib
      cd ${home}/project
      printf '%s\\n' '${definition}' >demo.nix
      printf '{ environment.etc.one.text = "one"; }\\n' >one.nix
      printf '{ environment.etc.two.text = "two"; }\\n' >lib/two.nix
      printf 'if ((EUID == 0)); then echo BASH_ENV >>${home}/evil; fi\\n' >evil.sh
      printf 'if (process.getuid() === 0) require("fs").appendFileSync("${home}/evil", "NODE_OPTIONS\\\\n")\\n' >evil.js
      printf 'PS1="own prompt> "\n' >>${home}/.bashrc
      chown -R ${user}: ${home}
      chmod 600 demo.nix one.nix lib/two.nix`,
    )
  })
  afterAll(() => sh(host, `rm -f /etc/sudoers.d/${user}; userdel --force --remove ${user} 2>/dev/null || :`))
  watchLeftovers(host)

  const command = (...args: string[]) => [
    ...['setpriv', '--reuid', user, '--regid', user, '--init-groups', '--', 'env', `HOME=${home}`, `USER=${user}`],
    ...[`${host.root}/bin/extra-container`, ...args],
  ]
  const cwd = `${home}/project`

  test('files, search path, folder and session are the same as without sudo; the rest stays outside', async () => {
    await sudoers(`Defaults:${user} !env_reset\n${user} ALL=(ALL) NOPASSWD: ALL`)
    const nested = 'mkdir -p fake; printf "#!/bin/sh\\nexit 99\\n" >fake/sudo; chmod +x fake/sudo; PATH=$PWD/fake:$PATH'
    const script = `pwd; c cat /etc/one /etc/two; echo; env; ${nested} extra-container shell demo.nix; echo nested $?`
    const env = {
      PATH: `${host.root}/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin`,
      NIX_PATH: 'rel=./lib',
      NODE_OPTIONS: `--require ${cwd}/evil.js`,
      BASH_ENV: `${cwd}/evil.sh`,
      SECRET: 'of the user',
      LC_ALL: 'C.UTF-8',
    }
    const args = command('shell', 'demo.nix', '--run', 'bash', '-c', script)
    const { status, stdout, stderr } = await host.start(args, { cwd, env }).finished
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toMatch(new RegExp(`^${cwd}\nonetwo\n`))
    const variables = Object.fromEntries(stdout.split('\n').map((line) => line.split(/=(.*)/s)))
    expect(variables).toMatchObject({
      ...{ HOME: '/root', USER: 'root', SUDO_USER: user, NIX_PATH: 'rel=./lib', LC_ALL: 'C.UTF-8' },
      ...{ runningShellContainer: 'test-sudo', PATH: env.PATH },
    })
    for (const name of ['SECRET', 'NODE_OPTIONS', 'BASH_ENV']) expect(variables).not.toHaveProperty(name)
    expect(stdout).toContain('nested 0\n')
    expect(await sh(host, `cat ${home}/evil 2>/dev/null || :`)).toBe('')
  })

  test('one password for a session on a terminal, also where sudo remembers none', async () => {
    await sudoers(`Defaults:${user} timestamp_timeout=0\n${user} ALL=(ALL) ALL`)
    const terminal = host.open(command('shell', 'demo.nix'), { cwd, env: { NIX_PATH: 'rel=./lib' } })
    await terminal.shows(/password for .*: /)
    terminal.type('secret\r')
    await terminal.shows('Enter "h" for documentation.')
    await terminal.shows('own prompt> ')
    terminal.type('c hostname | tr a-z A-Z; c tty; exit 5\r')
    await terminal.shows('TEST-SUDO')
    await terminal.shows(/\/dev\/pts\/\d/)
    expect(await terminal.ended).toBe(5)
    expect(terminal.screen().match(/password for/g)).toHaveLength(1)
  })

  test('SIGTERM to the program that the user started destroys the container', async () => {
    await sudoers(`${user} ALL=(ALL) NOPASSWD: ALL`)
    const env = { NIX_PATH: 'rel=./lib' }
    const running = host.start(command('shell', 'demo.nix', '--run', 'c', 'sh', '-c', 'echo runs; sleep 60'), {
      cwd,
      env,
    })
    await running.printed('runs')
    running.signal('SIGTERM')
    expect((await running.finished).status).toBe(143)
  })

  test('list and help need no sudo', async () => {
    await sh(host, `rm -f /etc/sudoers.d/${user}`)
    for (const args of [['list'], ['--help']]) {
      expect(await host.start(command(...args), { cwd: '/' }).finished).toMatchObject({ status: 0, stderr: '' })
    }
  })
})
