/** `start` and `restart`: all side by side, and until they are ready. */
import type { Host } from '../host/host.ts'
import { changeInstalled } from './control.ts'
import { ContainersFailed, type Failures, keepFailures } from './failures.ts'
import { tellFailedUnits } from './tell-failed.ts'
import { checkContainers, type Wait } from './wait/condition.ts'
import { waitUntilReady } from './wait/wait.ts'

/**
 * @throws UsageError for a bad name; OperationError for a container that is not there or not ours, before any is
 *   started; ContainersFailed for those that did not start or are not ready in time, after the others are
 */
export const startInstalled = (
  host: Host,
  names: readonly string[],
  { restart, wait, noWait }: { restart: boolean; wait: Wait | undefined; noWait: boolean },
): Promise<void> => {
  if (wait) checkContainers(wait, names)
  return changeInstalled(host, names, { noWait }, async (engine, unique) => {
    const { machines } = engine
    const failures: Failures = new Map()
    const begun = restart ? machines.restart(unique) : machines.start(unique, { signal: host.interrupted })
    await keepFailures(failures, unique, begun)
    const up = () => unique.filter((name) => !failures.has(name))
    if (wait) await keepFailures(failures, up(), waitUntilReady(host, engine, up(), wait))
    await tellFailedUnits(host, engine, up())
    if (failures.size > 0) throw new ContainersFailed(failures, unique.length)
  })
}
