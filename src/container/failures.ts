/** Failures of single containers among several: kept apart, so that the others go on, and told together at the end. */
import { Interrupted, OperationError } from '../host/errors.ts'
import { StartError, startMessage } from '../machine/start-error.ts'

/** Name of a container to why what was asked of it failed. */
export type Failures = Map<string, string>

/**
 * Waits for work on some containers; keeps what failed of it.
 * @throws what is no failure of a container: an interruption, a bug
 */
export async function keepFailures(failures: Failures, names: readonly string[], work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof OperationError)) throw error
    for (const [name, reason] of reasonsIn(error, names)) failures.set(name, reason)
  }
}

function reasonsIn(error: OperationError, names: readonly string[]): [string, string][] {
  if (error instanceof ContainersFailed) return [...error.failures]
  if (error instanceof StartError) return error.failures.map((failure) => [failure.name, startMessage(failure)])
  return names.map((name) => [name, error.message])
}

/** One error for all containers that failed. */
export class ContainersFailed extends OperationError {
  override name = 'ContainersFailed'
  constructor(
    readonly failures: ReadonlyMap<string, string>,
    total: number,
  ) {
    const names = [...failures.keys()]
    const head = total > 1 ? [`${names.length} of ${total} containers failed: ${names.join(', ')}`] : []
    super([...head, ...failures.values()].join('\n'))
  }
}
