/** Starts, updates and restarts what a plan says, all at once; one that fails does not stop the others. */
import type { Host } from '../host/host.ts'
import type { Declared } from './etc.ts'
import { type Failures, keepFailures } from './failures.ts'
import type { Step } from './plan.ts'
import { tellFailedUnits } from './tell-failed.ts'
import { updateContainers } from './update.ts'
import type { Wait } from './wait/condition.ts'
import { waitUntilReady } from './wait/wait.ts'
import type { Engine } from './with-machines.ts'

export interface CarryOutOptions {
  /** Takes the lines that tell what is done. */
  say(line: string): void
  signal?: AbortSignal
  /** What starts is not waited for any more, and left to start. */
  skip?: AbortSignal | undefined
  /** When they count as ready, beside having started. */
  wait?: Wait | undefined
  /** Whether to look for units that failed inside those that started. */
  tellFailed?: boolean
  /** What comes when one fails: `goes back` is the caller's, without, the user is told how to go on. */
  failing?: 'goes back'
}

/**
 * @returns the containers that failed
 * @throws Interrupted, when all that was begun has ended
 */
export async function carryOut(
  host: Host,
  engine: Engine,
  steps: readonly Step[],
  declared: readonly Declared[],
  { say, signal, skip, wait, tellFailed = false, failing }: CarryOutOptions,
): Promise<Failures> {
  const { machines } = engine
  const namesFor = (action: Step['action']) => steps.filter((step) => step.action === action).map(({ name }) => name)
  const [starts, updates, restarts] = [namesFor('start'), namesFor('update'), namesFor('restart')]
  sayNames('Starting containers:', starts, say)
  sayNames('Updating containers:', updates, say)
  sayNames('Restarting containers:', restarts, say)
  const failures: Failures = new Map()
  const updating = declared.filter(({ name }) => updates.includes(name))
  const ended = await Promise.allSettled([
    keepFailures(failures, starts, machines.start(starts, { signal, skip })),
    keepFailures(failures, updates, updateContainers(host, engine, updating, failing)),
    keepFailures(failures, restarts, machines.restart(restarts)),
  ])
  for (const end of ended) if (end.status === 'rejected') throw end.reason
  for (const name of namesFor('hold')) {
    host.note(
      `${name} runs with its earlier options (restartIfChanged = false). Apply: extra-container restart ${name}`,
    )
  }
  const up = (names: readonly string[]) => names.filter((name) => !failures.has(name))
  if (wait && !skip?.aborted) {
    const waiting = up(steps.filter(({ runs }) => runs).map(({ name }) => name))
    await keepFailures(failures, waiting, waitUntilReady(host, engine, waiting, wait, skip))
  }
  if (tellFailed && !skip?.aborted) await tellFailedUnits(host, engine, up([...starts, ...restarts]))
  return inOrder(failures, steps)
}

function inOrder(failures: Failures, steps: readonly Step[]): Failures {
  return new Map(
    steps.flatMap(({ name }): [string, string][] => {
      const reason = failures.get(name)
      return reason === undefined ? [] : [[name, reason]]
    }),
  )
}

function sayNames(heading: string, names: readonly string[], say: (line: string) => void): void {
  for (const line of names.length > 0 ? ['', heading, ...names] : []) say(line)
}
