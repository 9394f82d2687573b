/** Removes containers whole: processes, files, links, gcroots. What is not ours is refused. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { whileChanging } from './change.ts'
import { notInstalled, readInstalled, refuseForeign } from './installed.ts'
import { removeContainers } from './remove.ts'
import { markLost } from './sessions.ts'
import { readSteps } from './steps.ts'
import type { Engine } from './with-machines.ts'

/**
 * @param names checked names
 * @throws OperationError before anything is touched, where one is not ours or not there; after all others are
 *   removed, where one could not be
 */
export async function destroyContainers(host: Host, engine: Engine, names: readonly string[]): Promise<void> {
  const unique = [...new Set(names)].sort()
  await whileChanging(host, engine, unique, {}, async (held, repaired) => {
    const left: string[] = []
    for (const name of unique) {
      const installed = await readInstalled(host, name)
      refuseForeign(name, installed)
      if (installed.kind !== 'none') left.push(name)
      else if (!repaired.includes(name)) throw new OperationError(notInstalled(name))
    }
    if (left.length === 0) return
    await markLost(host, left)
    await removeContainers(host, engine, left, held)
  })
}

/** @throws OperationError where one is not ours or not there */
export async function requireOurs(host: Host, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const installed = await readInstalled(host, name)
    refuseForeign(name, installed)
    if (installed.kind === 'none' && !(await readSteps(host, name))) throw new OperationError(notInstalled(name))
  }
}
