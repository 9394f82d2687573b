/** With NIX_REMOTE=daemon Nix's store is another process's: results are rooted, reused and collected as without. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ec, must, sh, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'
import type { Running } from './harness/process.ts'

const folder = '/var/tmp/ec-test-daemon'
const socket = `${folder}/socket`

/** A nix-build that counts its calls comes first in PATH. */
const prepare = `
  mkdir -p ${folder}/bin
  printf '#!/bin/sh\\necho called >>${folder}/calls\\nexec %s "$@"\\n' "$(type -P nix-build)" >${folder}/bin/nix-build
  chmod +x ${folder}/bin/nix-build
  echo '{ containers.demo.config.environment.etc.mark.text = builtins.readFile ./text; }' >${folder}/demo.nix
  printf one >${folder}/text
  sleep 2.1
`

describe.each(hosts)('on $name', (host) => {
  let daemon: Running
  beforeAll(async () => {
    await sh(host, prepare)
    daemon = host.start(['nix-daemon'], { env: { NIX_DAEMON_SOCKET_PATH: socket }, timeout: 200_000 })
    await until('the daemon listens', async () => (await sh(host, `test ! -S ${socket} || echo yes`)) !== '')
  })
  afterAll(async () => {
    daemon.signal('SIGTERM')
    await daemon.finished
    await sh(host, `rm -rf ${folder}`)
  })

  watchLeftovers(host)

  const env = {
    NIX_REMOTE: 'daemon',
    NIX_DAEMON_SOCKET_PATH: socket,
    PATH: `${folder}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  }
  const calls = async () => (await sh(host, `cat ${folder}/calls`)).split('\n').length - 1

  test('create, reuse, update, collect garbage, destroy, shell', async () => {
    const create = async () => (await must(host, ['create', '-s', `${folder}/demo.nix`], { env })).stdout
    const mark = async () => (await must(host, ['run', 'demo', '--', 'cat', '/etc/mark'], { env })).stdout
    await create()
    expect([await mark(), await calls()]).toEqual(['one', 1])
    expect(await create()).toContain('demo (unchanged, skipped)')
    expect(await calls()).toBe(1)

    await sh(host, `printf two >${folder}/text`)
    await create()
    expect([await mark(), await calls()]).toEqual(['two', 2])

    await sh(host, 'nix-store --gc >/dev/null 2>&1', { env })
    await must(host, ['restart', 'demo'], { env })
    expect(await mark()).toBe('two')
    await must(host, ['destroy', 'demo'], { env })

    const shell = ['shell', '-E', '{ containers.other.config = { }; }', '--run', 'c', 'hostname']
    expect((await must(host, shell, { env })).stdout).toBe('other\n')
  })

  test('where none answers: how to start it', async () => {
    const none = { ...env, NIX_DAEMON_SOCKET_PATH: `${folder}/none` }
    const { status, stderr } = await ec(host, ['build', '-E', '{ containers.demo.config = { }; }'], { env: none })
    expect(status).toBe(1)
    expect(stderr).toContain(`cannot connect to socket at '${folder}/none'`)
    expect(stderr).toContain('systemctl start nix-daemon.socket')
  })
})
