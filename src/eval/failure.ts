/** Why Nix failed, in the words that the user gets. */
import { CommandError, CommandMissing, OperationError, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { lastContainer } from './base.ts'
import { isMachineFault, remedyOf, shortenNixError } from './nix-errors.ts'

/**
 * Says why Nix ended where it could not: it was killed, or crashed. Undefined for all other errors.
 * @param error what became of nix-build
 */
export function crashOf({
  stderr,
  signal,
  exitCode,
}: Pick<CommandError, 'stderr' | 'signal' | 'exitCode'>): string | undefined {
  if (/builder for '|Cannot build '/.test(stderr)) return undefined
  if (/out of memory|bad_alloc|cannot allocate memory|too many heap sections/i.test(stderr))
    return outOfMemory('ran out of memory')
  // A shell around nix-build tells a signal by its exit status.
  if (signal === 'SIGKILL' || exitCode === 137)
    return outOfMemory('was killed, most likely because memory ran out (dmesg says so then)')
  if (signal !== 'SIGSEGV' && signal !== 'SIGABRT' && exitCode !== 134 && exitCode !== 139) return undefined
  return `Nix crashed (${signal ?? `exit status ${exitCode}`}). Most likely the definition recurses without end.`
}

const outOfMemory = (what: string) => `Nix ${what}. Free some memory or add swap, or give fewer containers at once.`

/**
 * Gives the error for the user; what is no failure of Nix stays as it is.
 * @param origin what to call text that is in no file
 * @param failed the container that another evaluation of the same failed at
 */
export function explain(host: Host, error: unknown, origin: string, showTrace: boolean, failed?: string): unknown {
  if (error instanceof CommandMissing) {
    return new CommandMissing(`Nix is not installed: there is no nix-build. Run: ${host.root}/util/install.sh`, {
      cause: error,
    })
  }
  if (!(error instanceof CommandError)) return error
  const crash = crashOf(error)
  const container = lastContainer(error.stderr) ?? failed
  const what = container === undefined ? 'the containers' : `container '${container}'`
  const text = showTrace ? error.stderr.trim() : shortenNixError(error.stderr, origin, `${host.root}/nix/`)
  if (crash !== undefined) {
    return new OperationError(`Evaluating ${what} failed: ${crash}${showTrace ? `\n${text}` : ''}`, {
      cause: error,
    })
  }
  const remedy = remedyOf(error.stderr)
  const fault = isMachineFault(error.stderr)
  const message = `${fault ? 'Building' : 'Evaluating'} ${what} failed: ${text}${remedy ? `\n${remedy}` : ''}`
  // The log of what was built says more than Nix.
  const hint = showTrace || text.includes('The whole log: ') ? '' : '\nThe full text: run it again with --show-trace.'
  return fault ? new OperationError(message + hint, { cause: error }) : new UsageError(message + hint, { cause: error })
}
