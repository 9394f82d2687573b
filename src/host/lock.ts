/**
 * Locks between processes: flock(1) takes them on files that this process holds open, so that the kernel frees them
 * whatever this process dies of. Programs that it starts do not inherit the files: Node opens with O_CLOEXEC.
 */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { type FileHandle, open, stat, unlink } from 'node:fs/promises'
import { Interrupted, LockBusy, OperationError } from './errors.ts'
import type { Lock, LockOptions } from './host.ts'
import { commandMissing } from './run.ts'

const noteAfter = 1000

/** How the user is told. */
export interface Waiting {
  note(line: string): void
  interrupted: AbortSignal
}

/**
 * Takes the locks of these names under `folder`, one after the other in the order given, by one process.
 * @throws LockBusy where `noWait` is set and another process holds one, Interrupted when a signal came while waiting;
 *   none is held then
 */
export async function takeLocks(
  folder: string,
  names: readonly string[],
  options: LockOptions,
  waiting: Waiting,
): Promise<Lock[]> {
  for (const name of names) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.@-]*$/.test(name)) throw new OperationError(`Not a name for a lock: ${name}`)
  }
  const paths = names.map((name) => `${folder}/${name}`)
  for (;;) {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    const files: FileHandle[] = []
    try {
      for (const path of paths) files.push(await open(path, 'a', 0o600))
      await flock(
        files.map(({ fd }) => fd),
        names,
        paths,
        options,
        waiting,
      )
      // Its last holder may have removed a file while we waited for it: then nobody else will see our lock.
      if ((await Promise.all(files.map((file, index) => isAt(file, paths[index] ?? '')))).every(Boolean)) {
        return files.map((file, index) => lockOn(file, paths[index] ?? ''))
      }
    } catch (error) {
      await Promise.all(files.map((file) => file.close()))
      throw error
    }
    await Promise.all(files.map((file) => file.close()))
  }
}

const lockOn = (file: FileHandle, path: string): Lock => ({
  release: () => file.close(),
  remove: async () => {
    await unlink(path)
    await file.close()
  },
})

async function isAt(file: FileHandle, path: string): Promise<boolean> {
  const [held, found] = await Promise.all([file.stat(), stat(path).catch(() => undefined)])
  return held.ino === found?.ino && held.dev === found.dev
}

const waitingFor = (name: string) =>
  `Waiting for another extra-container command to end (${name.replace(/^container-/, 'container ')})`

/** One line of output tells that one more is locked. */
const several = 'how=$1; shift; for fd; do flock $how "$fd" || exit; echo; done'

/** Locks the descriptors in order. */
async function flock(
  fds: readonly number[],
  names: readonly string[],
  paths: readonly string[],
  options: LockOptions,
  { note, interrupted }: Waiting,
): Promise<void> {
  if (fds.length === 0) return
  const how = [options.shared ? '--shared' : '--exclusive', ...(options.noWait ? ['--nonblock'] : [])]
  const numbers = fds.map((_, index) => String(index + 3))
  // detached: a Ctrl-C must not end it before this process has cleaned up.
  const [file, args] =
    fds.length === 1 ? ['flock', [...how, ...numbers]] : ['sh', ['-c', several, 'sh', how.join(' '), ...numbers]]
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit', ...fds], detached: true, cwd: '/' })
  let locked = 0
  const wait = () => setTimeout(() => note(waitingFor(names[locked] ?? '')), noteAfter)
  let timer = wait()
  child.stdout?.on('data', (lines: Buffer) => {
    locked += lines.length
    clearTimeout(timer)
    timer = wait()
  })
  const giveUp = () => void (child.pid && process.kill(-child.pid, 'SIGTERM'))
  if (!options.patient) interrupted.addEventListener('abort', giveUp, { once: true })
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('close', resolve)
      child.once('error', (error: NodeJS.ErrnoException) =>
        reject(error.code === 'ENOENT' ? commandMissing(file) : error),
      )
    })
    if (status === 0) return
    if (status === 127) throw commandMissing('flock')
    if (status === 1 && options.noWait) throw new LockBusy(names[locked] ?? '')
    if (interrupted.aborted) throw Interrupted.from(interrupted)
    throw new OperationError(
      `The lock ${paths[locked]} could not be taken: flock ended with status ${status}. See why: flock ${paths[locked]} true`,
    )
  } finally {
    clearTimeout(timer)
    interrupted.removeEventListener('abort', giveUp)
  }
}
