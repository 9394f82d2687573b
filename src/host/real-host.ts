/** The machine itself, as a Host. */
import { existsSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { hurryCgroupMoves } from './cgroups.ts'
import { LockBusy } from './errors.ts'
import { files } from './files.ts'
import type { Host, Sockets } from './host.ts'
import { takeLocks } from './lock.ts'
import { type Attached, attach, run, startDaemon } from './run.ts'

/** Loaded by what uses it. */
const sockets: Sockets = {
  serve: async (...args) => (await import('./sockets.ts')).sockets.serve(...args),
  listen: async (...args) => (await import('./sockets.ts')).sockets.listen(...args),
  connect: async (...args) => (await import('./sockets.ts')).sockets.connect(...args),
}

const lockFolder = '/run/extra-container/locks'

/** Built once, by src/main.ts: from then on SIGINT, SIGQUIT, SIGTERM and SIGHUP abort `interrupted` instead of ending the process. */
export function createHost(root: string): Host {
  const interruption = new AbortController()
  let attached: Attached | undefined
  let caught: AbortController | undefined
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGINT' && caught) return caught.abort(signal)
      if (attached === undefined) return interruption.abort(signal)
      // The terminal sent it to the program too, which decides what it means; without a terminal only we got it.
      if ((signal === 'SIGINT' || signal === 'SIGQUIT') && (tty.stdin || tty.stdout || tty.stderr)) return
      attached.forward(signal)
      interruption.abort(signal)
    })
  }
  const tty = { stdin: !!process.stdin.isTTY, stdout: !!process.stdout.isTTY, stderr: !!process.stderr.isTTY }
  let shown = ''
  const erase = () => (shown === '' ? '' : '\r\x1b[K')
  const note = (line: string) => void process.stderr.write(`${erase()}${line}\n${shown}`)
  const status = (line: string) => {
    if (!tty.stderr) return
    const before = erase()
    // A line that wraps could not be taken away.
    shown = line.slice(0, Math.max(0, (process.stderr.columns || 80) - 1))
    if (before + shown !== '') process.stderr.write(before + shown)
  }
  const waiting = { note, interrupted: interruption.signal }
  return {
    run,
    attach: (file, args, options = {}) => attach(file, args, options, (now) => (attached = now)),
    startDaemon,
    kill: (pid, signal) => {
      try {
        return process.kill(pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
        throw error
      }
    },
    killCgroup: (folder) => {
      const file = `${folder}/cgroup.kill`
      if (!existsSync(file)) return false
      writeFileSync(file, '1')
      return true
    },
    hurryCgroupMoves,
    lock: (name, options = {}) =>
      takeLocks(lockFolder, [name], options, waiting).then(
        ([lock]) => lock,
        (error) => {
          if (error instanceof LockBusy) return undefined
          throw error
        },
      ),
    locks: (names, options = {}) => takeLocks(lockFolder, names, options, waiting),
    files,
    sockets,
    keyPair: async (folder) => {
      const { keepKeyPair } = await import('./key-pair.ts')
      const { SUDO_UID: uid, SUDO_GID: gid } = process.env
      return keepKeyPair(folder, {
        owner: process.getuid?.() ?? -1,
        reader: process.getuid?.() === 0 && uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined,
        lock: async () => (await takeLocks(lockFolder, ['ssh-key'], {}, waiting))[0],
      })
    },
    env: process.env,
    cwd: process.cwd(),
    uid: process.getuid?.() ?? -1,
    pid: process.pid,
    tty,
    readStdin: () => text(process.stdin),
    out: (line) => {
      status('')
      process.stdout.write(`${line}\n`)
    },
    note,
    status,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
    every,
    interrupted: interruption.signal,
    catchInterrupt: () => {
      caught = new AbortController()
      return { signal: caught.signal, release: () => (caught = undefined) }
    },
    arch: process.arch,
    cores: availableParallelism(),
    node: process.execPath,
    root,
  }
}

function every(milliseconds: number, work: () => Promise<void>): () => void {
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    // It looks at what others end meanwhile.
    void work()
      .catch(() => {})
      .finally(() => {
        busy = false
      })
  }, milliseconds).unref()
  return () => clearInterval(timer)
}
