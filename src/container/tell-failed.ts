/** Tells of units that failed inside containers that are up: a boot counts as done with them. */
import type { Host } from '../host/host.ts'
import { describeUnits, failedUnits } from '../machine/inner-units.ts'
import type { Engine } from './with-machines.ts'

/** On standard error, in the order given. */
export async function tellFailedUnits(host: Host, { manager }: Engine, names: readonly string[]): Promise<void> {
  const found = await Promise.all(names.map((name) => failedUnits(host, manager, name)))
  for (const [index, units] of found.entries()) {
    if (units.length === 0) continue
    host.note(`Container "${names[index]}" is up, but not all of it.\n${describeUnits(units)}`)
  }
}
