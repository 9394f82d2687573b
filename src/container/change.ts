/** Every change to containers happens in here: locked, and with what a killed command left put in order first. */
import type { Host } from '../host/host.ts'
import { type Held, type HoldOptions, whileHeld } from './lock.ts'
import { repair } from './repair.ts'
import type { Engine } from './with-machines.ts'

/**
 * @param use is told which containers were repaired: they may be gone now
 * @throws OperationError where the engine does not wait and another command holds one of the containers
 */
export const whileChanging = <T>(
  host: Host,
  engine: Engine,
  names: readonly string[],
  options: HoldOptions,
  use: (held: Held, repaired: readonly string[]) => Promise<T>,
): Promise<T> =>
  whileHeld(host, names, { noWait: engine.noWait, ...options }, async (held) =>
    use(held, await repair(host, engine, names, held)),
  )
