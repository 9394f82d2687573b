/** The real machine behind the Host, as far as a test may touch it. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { CommandError, CommandMissing, Interrupted, OperationError } from '../../../src/host/errors.ts'
import { files } from '../../../src/host/files.ts'
import { takeLocks } from '../../../src/host/lock.ts'
import { mountsBelow, removeTree } from '../../../src/host/remove-tree.ts'
import { needsRoot, runAsRoot } from '../../../src/host/root.ts'
import { run } from '../../../src/host/run.ts'
import { fakeHost } from '../../fake-host.ts'

const folders: string[] = []
const folder = async () => {
  const made = await mkdtemp(join(tmpdir(), 'extra-container-test-'))
  folders.push(made)
  return made
}
afterAll(async () => {
  for (const made of folders) await rm(made, { recursive: true })
})
const thrown = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

describe('run', () => {
  test('keeps stdout and stderr apart', async () => {
    expect(await run('sh', ['-c', 'echo a; echo b >&2'])).toMatchObject({ exitCode: 0, stdout: 'a', stderr: 'b' })
  })
  test('a failure carries argv, status and stderr', async () => {
    const error = (await thrown(run('sh', ['-c', 'echo why >&2; exit 3']))) as CommandError
    expect(error).toBeInstanceOf(CommandError)
    expect(error).toMatchObject({ exitCode: 3, stderr: 'why', argv: ['sh', '-c', 'echo why >&2; exit 3'] })
    expect(error.message).toMatch(/failed with exit status 3:\nwhy$/)
  })
  test('a missing program is named, with what installs it', async () => {
    const error = (await thrown(run('/nonexistent/nix-build', []))) as Error
    expect(error).toBeInstanceOf(CommandMissing)
    expect(error.message).toBe('/nonexistent/nix-build is not installed (Debian package nix-bin). Run: util/install.sh')
  })
  test('an aborted run ends at once, also where a child holds its output open', async () => {
    const abort = new AbortController()
    const error = thrown(run('sh', ['-c', 'sleep 6 & wait'], { signal: abort.signal }))
    const start = Date.now()
    setTimeout(() => abort.abort('SIGTERM'), 100)
    expect(await error).toBeInstanceOf(Interrupted)
    expect(Date.now() - start).toBeLessThan(3000)
  })
  test('with a signal that was aborted before, nothing is started', async () => {
    const at = await folder()
    const error = thrown(run('touch', [join(at, 'started')], { signal: AbortSignal.abort('SIGHUP') }))
    expect(await error).toMatchObject({ name: 'Interrupted', exitStatus: 129 })
    expect(await readdir(at)).toEqual([])
  })
})

describe('locks', () => {
  const notes: string[] = []
  const take = (at: string, names: string[], options = {}) =>
    takeLocks(at, names, options, {
      note: (line) => void notes.push(line),
      interrupted: new AbortController().signal,
    })
  const release = (locks: { release(): Promise<void> }[]) => Promise.all(locks.map((lock) => lock.release()))

  test('exclusive keeps others out until released; shared ones share', async () => {
    const at = await folder()
    const first = await take(at, ['x'], { shared: true })
    const second = await take(at, ['x'], { shared: true, noWait: true })
    expect(await thrown(take(at, ['x'], { noWait: true }))).toMatchObject({ name: 'LockBusy', lock: 'x' })
    await release([...first, ...second])
    await release(await take(at, ['x'], { noWait: true }))
  })
  test('of several, the one that is held is named, and the others are let go', async () => {
    const at = await folder()
    const held = await take(at, ['b'])
    expect(await thrown(take(at, ['a', 'b', 'c'], { noWait: true }))).toMatchObject({ name: 'LockBusy', lock: 'b' })
    await release(await take(at, ['a', 'c'], { noWait: true }))
    await release(held)
    await release(await take(at, ['a', 'b', 'c'], { noWait: true }))
  })
  test('who waits says for what after a second', async () => {
    const at = await folder()
    const held = await take(at, ['container-demo'])
    const waiting = take(at, ['a', 'container-demo', 'z'])
    await new Promise((resolve) => setTimeout(resolve, 1300))
    expect(notes).toEqual(['Waiting for another extra-container command to end (container demo)'])
    await release(held)
    await release(await waiting)
  })
  test('a signal ends a wait, but no patient one', async () => {
    const at = await folder()
    const held = await take(at, ['x'])
    const abort = new AbortController()
    const waiting = { note: () => {}, interrupted: abort.signal }
    const patient = takeLocks(at, ['x'], { patient: true }, waiting)
    const other = thrown(takeLocks(at, ['x'], {}, waiting))
    await new Promise((resolve) => setTimeout(resolve, 200))
    abort.abort('SIGHUP')
    expect(await other).toMatchObject({ name: 'Interrupted', exitStatus: 129 })
    await release(held)
    await release(await patient)
  })
  test('who waited for a lock whose file was removed locks the new file', async () => {
    const at = await folder()
    const [held] = await take(at, ['x'])
    const waiting = take(at, ['x'])
    await new Promise((resolve) => setTimeout(resolve, 100))
    await held?.remove()
    const next = await waiting
    expect(await readdir(at)).toEqual(['x'])
    expect(await thrown(take(at, ['x'], { noWait: true }))).toMatchObject({ name: 'LockBusy' })
    await release(next)
  })
})

describe('files', () => {
  test('a link is replaced in one step and leaves no other name', async () => {
    const at = await folder()
    await files.link('/a', `${at}/link`)
    await files.link('/b', `${at}/link`)
    expect(await files.readLink(`${at}/link`)).toBe('/b')
    expect(await files.list(at)).toEqual(['link'])
  })
  test('what is missing is undefined, or empty', async () => {
    expect(await files.read('/nonexistent/x')).toBeUndefined()
    expect(await files.list('/nonexistent')).toEqual([])
    await files.removeFile('/nonexistent/x')
  })
})

describe('removeTree', () => {
  test('does not follow links', async () => {
    const at = await folder()
    await mkdir(`${at}/kept`)
    await writeFile(`${at}/kept/file`, '')
    await mkdir(`${at}/tree/sub`, { recursive: true })
    await symlink(`${at}/kept`, `${at}/tree/sub/link`)
    await removeTree(`${at}/tree`)
    expect(await readdir(at)).toEqual(['kept'])
    expect(await readdir(`${at}/kept`)).toEqual(['file'])
  })
  test('what cannot be removed is told with what to look at', async () => {
    const at = await folder()
    await mkdir(`${at}/tree/sub`, { recursive: true })
    await writeFile(`${at}/rm`, '#!/bin/sh\necho "rm: cannot remove it" >&2; exit 1\n', { mode: 0o755 })
    const { PATH } = process.env
    process.env.PATH = `${at}:${PATH}`
    try {
      expect(await thrown(removeTree(`${at}/tree`))).toHaveProperty(
        'message',
        `Could not remove ${at}/tree:\nrm: cannot remove it\n` +
          'See what keeps it (findmnt, lsattr, a read-only file system), then run the command again.',
      )
    } finally {
      process.env.PATH = PATH
    }
  })
  test.each(['/', '/var', 'relative/x', '/var/../etc', ''])('refuses %j', async (path) => {
    expect(await thrown(removeTree(path))).toBeInstanceOf(OperationError)
  })
  test('mounts are found with spaces in their names, newest first, and no neighbours', () => {
    const table = ['/t/x', '/t/x/a\\040b', '/t/xy', '/t/x/a\\040b/c'].map((at) => `1 1 0:1 / ${at} rw - ext4 d rw`)
    expect(mountsBelow(table.join('\n'), '/t/x')).toEqual(['/t/x/a b/c', '/t/x/a b', '/t/x'])
  })
})

describe('becoming root', () => {
  const env = {
    ...{ PATH: '/p', NIX_PATH: 'n=/x', runningShellContainer: 'web', https_proxy: 'http://x' },
    ...{
      SECRET: 's',
      NODE_OPTIONS: '-r evil',
      LD_PRELOAD: 'evil.so',
      BASH_ENV: 'evil',
      XPATH: 'x',
      PATHX: 'x',
      HOME: '/h',
    },
  }
  test('keeps PATH, NIX_PATH and session variables, and nothing else', async () => {
    const host = fakeHost(() => ({ exitCode: 7 }), { uid: 1000, env })
    expect(needsRoot(host)).toBe(true)
    expect(await runAsRoot(host, ['/bin/ec', 'list'])).toBe(7)
    const [sudo, ...words] = host.commands[0] ?? []
    expect(sudo).toBe('sudo')
    expect(words.slice(words.indexOf('sh') + 1)).toEqual([
      ...['EXTRA_CONTAINER_HOME=/h', 'PATH=/p', 'NIX_PATH=n=/x', 'runningShellContainer=web', 'https_proxy=http://x'],
      ...['/bin/ec', 'list'],
    ])
  })
  test("tells whose home and shell the caller's are, for an interactive shell", async () => {
    const host = fakeHost(() => ({ exitCode: 0 }), { uid: 1000, env: { HOME: '/home/alice', SHELL: '/bin/zsh' } })
    await runAsRoot(host, ['/bin/ec'])
    const caller = ['EXTRA_CONTAINER_HOME=/home/alice', 'EXTRA_CONTAINER_SHELL=/bin/zsh']
    expect(host.commands.map((argv) => argv.slice(-3))).toEqual([[...caller, '/bin/ec']])
  })
  test('says so where there is no sudo', async () => {
    const error = await thrown(
      runAsRoot(
        fakeHost(() => undefined, { uid: 1000 }),
        ['x'],
      ),
    )
    expect((error as OperationError).message).toMatch(/must run as root and sudo is not installed/)
    expect((error as OperationError).exitStatus).toBe(1)
  })
})
