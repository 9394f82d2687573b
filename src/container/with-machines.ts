/** Opens the manager beside other work, and ends a private one again when nothing runs in it. */
import type { Host } from '../host/host.ts'
import type { Machines, Places } from '../machine/machine.ts'
import { type Manager, openManager } from '../machine/manager.ts'
import { unitMachines } from '../machine/units.ts'
import { thenAlways } from './always.ts'
import { pathsOf, rootOf } from './paths.ts'

/** What operations on containers are done with. */
export interface Engine {
  manager: Manager
  machines: Machines
  /** Set where unit files were removed: systemd rereads at the end, if it still runs then. */
  stale: boolean
  /** Fail instead of waiting for another command that works on the same container. */
  noWait: boolean
}

export interface EngineOptions {
  /** Whether a private manager is started at once; otherwise with the first container. */
  start: boolean
  noWait?: boolean | undefined
}

/** Of a container that is damaged, as any that sets no kind. */
const placesOn = (host: Host): Places => ({
  unitFile: (name) => pathsOf(name).unit,
  rootFolder: async (name) => {
    const { installedKind } = await import('./installed.ts')
    return rootOf(name, await installedKind(host, name))
  },
})

/**
 * @param prepare runs while the manager starts
 * @throws what `prepare`, `use` or opening the manager throw
 */
export async function withMachines<Prepared, Result>(
  host: Host,
  options: EngineOptions,
  prepare: () => Promise<Prepared>,
  use: (engine: Engine, prepared: Prepared) => Promise<Result>,
): Promise<Result> {
  // The manager takes longest: what is loaded and looked at to prepare must not hold up its launch.
  const opening = await launching(host, options.start)
  const [opened, prepared] = await Promise.allSettled([opening.manager, prepare()])
  if (opened.status === 'rejected') throw prepared.status === 'rejected' ? prepared.reason : opened.reason
  const manager = opened.value
  const engine: Engine = {
    manager,
    machines: unitMachines(host, manager, placesOn(host)),
    stale: false,
    noWait: options.noWait ?? false,
  }
  return thenAlways(
    host,
    async () => {
      if (prepared.status === 'rejected') throw prepared.reason
      return use(engine, prepared.value)
    },
    () => close(engine),
  )
}

/** Begins to open the manager; where one is to be started, comes back when that is launched. In an object: not awaited. */
async function launching(host: Host, start: boolean): Promise<{ manager: Promise<Manager> }> {
  let launched = () => {}
  const launch = new Promise<void>((resolve) => {
    launched = resolve
  })
  const manager = openManager(host, { start, launched })
  if (start) await Promise.race([launch, manager.catch(() => {})])
  else manager.catch(() => {})
  return { manager }
}

async function close({ manager, machines, stale }: Engine): Promise<void> {
  try {
    const ended = await manager.stopIfIdle()
    if (stale && !ended) await machines.reload()
  } finally {
    await manager.close()
  }
}
