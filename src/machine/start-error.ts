/** Why containers did not start. */
import { OperationError } from '../host/errors.ts'
import { describeUnits, type InnerUnit, printable } from './inner-units.ts'

export interface StartFailure {
  name: string
  reason: string
  /** The last lines that the container logged, oldest first. */
  journal: readonly string[]
  /** Units inside that failed or did not finish starting. */
  units?: readonly InnerUnit[]
}

export class StartError extends OperationError {
  override name = 'StartError'
  constructor(readonly failures: readonly StartFailure[]) {
    super(failures.map(startMessage).join('\n'))
  }
}

/** The whole message about one container. */
export function startMessage({ name, reason, journal, units = [] }: StartFailure): string {
  const head = `Container "${name}" did not start: ${reason}`
  const inside = units.length > 0 ? `\n${describeUnits(units)}` : ''
  if (journal.length === 0) return `${head}. It logged nothing.${inside}`
  return `${head}. Its last log lines:\n${journal.map((line) => `  ${printable(line)}`).join('\n')}${inside}`
}

/** A sentence for the Result= of a unit that did not come up, and the last lines that were logged. */
export function reasonOf(properties: ReadonlyMap<string, string>, journal: readonly string[] = []): string {
  const result = properties.get('Result')
  if (properties.get('LoadState') === 'not-found') return 'systemd knows no unit of it, so it is not installed'
  if (properties.get('LoadState') === 'bad-setting' || properties.get('LoadState') === 'error') {
    return 'systemd refuses its unit file'
  }
  switch (result) {
    case 'timeout':
      return `it was not ready within ${properties.get('TimeoutStartUSec') ?? 'its time'} (option timeoutStartSec)`
    case 'exit-code':
      // Of processes before the main one, the unit does not show the status.
      if (journal.some((line) => line.includes('status=243/CREDENTIALS'))) {
        return 'systemd could not read or decrypt one of its credentials (option extra.credentials)'
      }
      return `its process ended with exit status ${properties.get('ExecMainStatus')}`
    case 'signal':
    case 'core-dump':
      return `its process was ended by signal ${properties.get('ExecMainStatus')}`
    case 'protocol':
      return 'its process ended before it was ready'
    case 'resources':
      return 'systemd could not set up what its unit asks for'
    case 'oom-kill':
      return 'it ran out of memory'
    case 'start-limit-hit':
      return 'it was started too often in a short time'
    default:
      return result && result !== 'success'
        ? `result: ${result}`
        : 'its start was cancelled or something it needs failed'
  }
}
