/** Writing down the result of an evaluation goes on while the container starts. */
import type { Host } from '../host/host.ts'

const keeping = new WeakMap<Host, Promise<void>>()

/** A cache that cannot be written (a full disk) is no reason to fail. */
export function keepMeanwhile(host: Host, work: Promise<void>): void {
  const before = keeping.get(host)
  keeping.set(
    host,
    Promise.allSettled([before, work]).then(() => {}),
  )
}

/** To be awaited before the program ends. */
export const keptResults = async (host: Host): Promise<void> => keeping.get(host)
