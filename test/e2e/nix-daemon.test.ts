/** With NIX_REMOTE=daemon Nix's store is another process's: results are rooted, reused and collected as without. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ec, must, sh, until } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'
import { type CountedBuilds, countBuilds } from './harness/nix-build.ts'
import type { Running } from './harness/process.ts'

describe.each(hosts)('on $name', (host) => {
  let builds: CountedBuilds
  let daemon: Running
  let env: Record<string, string>
  beforeAll(async () => {
    builds = await countBuilds(host)
    const socket = `${builds.folder}/socket`
    env = { ...builds.env, NIX_REMOTE: 'daemon', NIX_DAEMON_SOCKET_PATH: socket }
    daemon = host.start(['nix-daemon'], { env: { NIX_DAEMON_SOCKET_PATH: socket }, timeout: 200_000 })
    await until('the daemon listens', async () => (await sh(host, `test ! -S ${socket} || echo yes`)) !== '')
  })
  afterAll(async () => {
    daemon.signal('SIGTERM')
    await daemon.finished
    await builds.remove()
  })

  watchLeftovers(host)

  test('create, reuse, update, collect garbage, destroy, shell', async () => {
    const { folder, calls } = builds
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
    const socket = `${builds.folder}/none`
    const none = { ...env, NIX_DAEMON_SOCKET_PATH: socket }
    const { status, stderr } = await ec(host, ['build', '-E', '{ containers.demo.config = { }; }'], { env: none })
    expect(status).toBe(1)
    expect(stderr).toContain(`cannot connect to socket at '${socket}'`)
    expect(stderr).toContain('systemctl start nix-daemon.socket')
  })
})
