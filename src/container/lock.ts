/**
 * Who may change what: one lock a container, held while something is done to it, and one for what all containers share
 * (the folders of links, addresses), held for links and removals only, never while containers boot.
 * Always taken in this order: containers by name, then the folder. So no two commands wait for each other.
 */
import { LockBusy, OperationError } from '../host/errors.ts'
import type { Host, Lock } from '../host/host.ts'

export interface Held {
  /** Does something while no other command changes what containers share. */
  inFolder<T>(use: () => Promise<T>): Promise<T>
  /** Lets the folder go that was taken with the containers. */
  releaseFolder(): Promise<void>
  /** These containers are gone, so their lock files go with the locks. */
  gone(names: readonly string[]): void
}

export interface HoldOptions {
  /** Fail instead of waiting for another command. */
  noWait?: boolean
  /** Take the folder too, by the same process: it costs nearly nothing then. */
  folder?: boolean
  /** Wait on where a signal came. */
  patient?: boolean
}

const folderLock = 'containers'
const prefix = 'container-'
const lockOf = (name: string): string => prefix + name
export const nameOfLock = (lock: string): string | undefined =>
  lock.startsWith(prefix) ? lock.slice(prefix.length) : undefined

/** @throws OperationError where `noWait` is set and another command holds one of the containers */
export async function whileHeld<T>(
  host: Host,
  names: readonly string[],
  { noWait = false, folder = false, patient = false }: HoldOptions,
  use: (held: Held) => Promise<T>,
): Promise<T> {
  const sorted = [...new Set(names)].sort()
  const removed = new Set<string>()
  const own = sorted.map(lockOf)
  const locks = noWait
    ? await withoutWaiting(host, own)
    : await host.locks(folder ? [...own, folderLock] : own, { patient })
  let shared: Lock | undefined = locks[sorted.length]
  const held: Held = {
    async inFolder(work) {
      if (shared) return work()
      shared = await host.lock(folderLock, { patient })
      try {
        return await work()
      } finally {
        await held.releaseFolder()
      }
    },
    async releaseFolder() {
      const lock = shared
      shared = undefined
      await lock?.release()
    },
    gone: (gone) => gone.forEach((name) => void removed.add(name)),
  }
  try {
    // That one is only ever held for a moment: waiting for it is no reason to fail.
    if (noWait && folder) shared = await host.lock(folderLock)
    return await use(held)
  } finally {
    await held.releaseFolder()
    await Promise.all(
      sorted.map((name, index) => (removed.has(name) ? locks[index]?.remove() : locks[index]?.release())),
    )
  }
}

async function withoutWaiting(host: Host, names: readonly string[]): Promise<Lock[]> {
  try {
    return await host.locks(names, { noWait: true })
  } catch (error) {
    if (!(error instanceof LockBusy)) throw error
    const name = nameOfLock(error.lock)
    throw new OperationError(
      `Another extra-container command works on container "${name}". Run it again later, or without --no-wait.`,
    )
  }
}
