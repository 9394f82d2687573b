/** Cleaning up after work that failed, or may have. An error of the clean-up never hides the first: it is told on standard error. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'

/** Undoes what failed. */
export async function orUndo<T>(host: Host, work: () => Promise<T>, undo: () => Promise<void>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await undo().catch((later: unknown) => {
      host.note(later instanceof OperationError ? later.message : String(later))
    })
    throw error
  }
}

/** Like try/finally. */
export async function thenAlways<T>(host: Host, work: () => Promise<T>, always: () => Promise<void>): Promise<T> {
  const result = await orUndo(host, work, always)
  await always()
  return result
}

/** Waits for all, whatever becomes of one, and then throws what went wrong first. */
export async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work)
  return Promise.all(work)
}
