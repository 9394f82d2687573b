/** `nixcloud-container destroy`: of what does not run, unless it is asked to be stopped first. */
import { OperationError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { destroyNamed } from '../destroy-command.ts'
import { runs, withNixcloud } from './installed.ts'

/** @throws UsageError for a bad name, OperationError for one that is not there, not nixcloud-container's, or runs */
export async function destroyNixcloud(host: Host, name: string, { force }: { force: boolean }): Promise<void> {
  const running = await withNixcloud(host, name, (engine) => runs(engine, name))
  if (running && !force) {
    throw new OperationError(`Container "${name}" is running. Stop it first: nixcloud-container stop ${name}`)
  }
  await destroyNamed(host, [name])
}
