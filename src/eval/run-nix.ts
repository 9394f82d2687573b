/** Runs a program of Nix: with its progress shown, and at once ended where it is asked to. */
import { CommandError } from '../host/errors.ts'
import type { Host, RunOptions, RunResult } from '../host/host.ts'
import { showProgress } from './progress.ts'

/** Without builders a Nix that is killed leaves nothing behind; many evaluations do not look whether they were asked to end. */
const patience = { evaluating: 100, building: 5000 }

/**
 * The same as host.run, with standard error as text.
 * @throws CommandError, CommandMissing, Interrupted
 */
export async function runNix(
  host: Host,
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  const { log, end } = showProgress(host)
  try {
    const done = await host.run(program, ['--log-format', 'internal-json', ...args], {
      ...options,
      onStderr: (piece) => log.take(piece),
      patience: () => (log.busy ? patience.building : patience.evaluating),
    })
    return { ...done, stderr: log.text }
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const { message, argv, exitCode, signal, stdout } = error
    throw new CommandError(`${message}:\n${log.text}`, argv, exitCode, signal, stdout, log.text, { cause: error })
  } finally {
    end()
  }
}
