/** A Host in memory: files in a map, commands answered by a script. For unit tests. */
import { dirname } from 'node:path'
import { CommandError, CommandMissing } from '../src/host/errors.ts'
import type { Files, Host, RunOptions, RunResult } from '../src/host/host.ts'

export type Answer = Partial<RunResult> | Error | undefined
/** What a command answers; undefined: there is no such program. */
export type Script = (argv: readonly string[], options: RunOptions) => Answer | Promise<Answer>

export interface FakeHost extends Host {
  /** Path to text; a link is { link }; a folder exists through what it holds, or as { directory: true }. */
  disk: Map<string, Entry>
  /** Commands in the order they were run. */
  commands: string[][]
  /** Lines given to out and note. */
  stdout: string[]
  stderr: string[]
  /** What the line of the terminal was in turn. */
  statuses: string[]
  killed: [number, NodeJS.Signals][]
  killedCgroups: string[]
  /** Names of the locks now held. */
  held: string[]
  interrupt(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): void
}
type Entry = string | { link: string } | { directory: true }

/** @param overrides fields of the Host to replace, and `disk` to begin with */
export function fakeHost(
  script: Script = () => ({}),
  overrides: Partial<Omit<Host, 'files'>> & { disk?: Record<string, Entry> } = {},
): FakeHost {
  const disk = new Map(Object.entries(overrides.disk ?? {}))
  const abort = new AbortController()
  const { disk: _, ...fields } = overrides
  const host: FakeHost = {
    disk,
    commands: [],
    stdout: [],
    stderr: [],
    statuses: [],
    killed: [],
    killedCgroups: [],
    held: [],
    interrupt: (signal) => abort.abort(signal),
    async run(file, args, options = {}) {
      const argv = [file, ...args]
      host.commands.push(argv)
      options.onStart?.()
      const answer = await script(argv, options)
      if (answer === undefined) throw new CommandMissing(`${file} is not installed. Run: util/install.sh`)
      if (answer instanceof Error) throw answer
      const result = { argv, exitCode: 0, signal: undefined, stdout: '', stderr: '', ...answer }
      if (options.onStderr) {
        options.onStderr(result.stderr)
        result.stderr = ''
      }
      if ((result.exitCode !== 0 || result.signal) && !options.allowFailure) {
        throw new CommandError(
          `${argv.join(' ')} failed`,
          argv,
          result.exitCode,
          result.signal,
          result.stdout,
          result.stderr,
        )
      }
      return result
    },
    async attach(file, args, options = {}) {
      return { status: (await host.run(file, args, { ...options, allowFailure: true })).exitCode ?? 0 }
    },
    async startDaemon(file, args) {
      host.commands.push([file, ...args])
      return 4242
    },
    kill(pid, signal) {
      host.killed.push([pid, signal])
      return true
    },
    killCgroup(folder) {
      host.killedCgroups.push(folder)
      return false
    },
    hurryCgroupMoves: () => () => {},
    async lock(name) {
      return (await host.locks([name]))[0]
    },
    async locks(names) {
      return names.map((name) => {
        host.held.push(name)
        const release = async () => void host.held.splice(host.held.indexOf(name), 1)
        return { release, remove: release }
      })
    },
    files: fakeFiles(disk),
    sockets: {
      serve: async (name) => ({ at: `/run/extra-container/${name}`, close: async () => {} }),
      listen: async (_, port) => ({ at: port, close: async () => {} }),
      connect: async () => {
        throw new Error('A fake host has no network')
      },
    },
    keyPair: async () => ({ privateKey: 'private', publicKey: 'ssh-ed25519 AAAA extra-container' }),
    env: {},
    cwd: '/',
    uid: 0,
    pid: 1000,
    tty: { stdin: false, stdout: false, stderr: false },
    readStdin: async () => '',
    out: (line) => void host.stdout.push(line),
    note: (line) => void host.stderr.push(line),
    status: (line) => void host.statuses.push(line),
    sleep: async () => {},
    every: (_, work) => {
      void work()
      return () => {}
    },
    interrupted: abort.signal,
    catchInterrupt: () => ({ signal: abort.signal, release: () => {} }),
    arch: 'x64',
    cores: 2,
    node: '/usr/bin/node',
    root: '/root-of-the-program',
    ...fields,
  }
  return host
}

function fakeFiles(disk: Map<string, Entry>): Files {
  const below = (path: string) => [...disk.keys()].filter((key) => key.startsWith(`${path}/`))
  const follow = (path: string): string => {
    for (const [at, entry] of disk) {
      if (typeof entry === 'object' && 'link' in entry && (path === at || path.startsWith(`${at}/`))) {
        const target = entry.link.startsWith('/') ? entry.link : `${dirname(at)}/${entry.link}`
        return follow(target + path.slice(at.length))
      }
    }
    return path
  }
  const exists = (path: string) => disk.has(path) || below(path).length > 0
  return {
    look: (asked) =>
      asked.map(({ path, aspect }) => {
        const entry = disk.get(follow(path))
        const folder = below(follow(path)).length > 0
        const print = aspect === 'content' ? JSON.stringify(entry ?? below(path)) : String(exists(follow(path)))
        return { there: exists(follow(path)), print, folder, changed: 0, born: 0, modified: 0 }
      }),
    exists: async (path) => exists(path) || exists(follow(path)),
    read: async (path) => {
      const entry = disk.get(follow(path))
      return typeof entry === 'string' ? entry : undefined
    },
    write: async (path, text) => void disk.set(path, text),
    readLink: async (path) => {
      const entry = disk.get(path)
      return typeof entry === 'object' && 'link' in entry ? entry.link : undefined
    },
    realPath: async (path) => (exists(follow(path)) ? follow(path) : undefined),
    link: async (target, path) => void disk.set(path, { link: target }),
    list: async (path) => {
      const folder = follow(path)
      return [...new Set(below(folder).map((key) => key.slice(folder.length + 1).split('/')[0] ?? ''))].sort()
    },
    isDirectory: async (path) => {
      const entry = disk.get(follow(path))
      return below(follow(path)).length > 0 || (typeof entry === 'object' && 'directory' in entry)
    },
    makeDirectory: async (path) => void (exists(path) || disk.set(path, { directory: true })),
    removeFile: async (path) => void disk.delete(path),
    removeEmptyDirectory: async (path) => void (below(path).length === 0 && disk.delete(path)),
    removeTree: async (path) => {
      for (const key of [path, ...below(path)]) disk.delete(key)
    },
    readInside: async (root, path) => {
      const entry = disk.get(root + path)
      return typeof entry === 'string' ? entry : undefined
    },
    temporaryDirectory: async () => {
      disk.set('/tmp/fake', { directory: true })
      return { path: '/tmp/fake', release: async () => void disk.delete('/tmp/fake') }
    },
  }
}
