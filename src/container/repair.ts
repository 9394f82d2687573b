/** Finishes or undoes what a command that was killed began. */
import type { Host } from '../host/host.ts'
import { undoInstall } from './install.ts'
import { readInstalled } from './installed.ts'
import type { Held } from './lock.ts'
import { removeContainers } from './remove.ts'
import { endSteps, readSteps } from './steps.ts'
import type { Engine } from './with-machines.ts'

/**
 * @param names containers whose locks are held
 * @returns those that something was left of
 */
export async function repair(host: Host, engine: Engine, names: readonly string[], held: Held): Promise<string[]> {
  const journals = await Promise.all(names.map(async (name) => [name, await readSteps(host, name)] as const))
  const repaired: string[] = []
  for (const [name, journal] of journals) {
    if (journal === undefined) continue
    if (journal.doing !== 'record') repaired.push(name)
    // Somebody else may have the name by now. The marks go last: without any, the destruction was done.
    const { kind } = await readInstalled(host, name)
    if (kind === 'foreign' || (kind === 'none' && journal.doing === 'destroy')) {
      await endSteps(host, name)
      continue
    }
    const killed = `Container "${name}": a killed command left its`
    if (journal.doing === 'record') {
      const { finishRecord } = await import('./record.ts')
      if (await finishRecord(host, name, journal)) host.note(`${killed} generation unmade; it is made now.`)
      continue
    }
    if (journal.doing === 'destroy') {
      await removeContainers(host, engine, [name], held)
      host.note(`${killed} destruction unfinished; it is finished now.`)
    } else {
      const finished = await held.inFolder(() => undoInstall(host, engine, name, journal))
      host.note(`${killed} installation unfinished; it is ${finished ? 'finished' : 'undone'} now.`)
    }
  }
  if (repaired.length > 0) await engine.machines.reload()
  return repaired
}
