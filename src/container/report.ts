/** What a command does, or would do, with each container: as lines, or as one JSON document (docs/json.md). */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Difference } from './differences.ts'
import { ContainersFailed } from './failures.ts'
import type { Change, Step } from './plan.ts'

export interface ReportOptions {
  /** Tell what would be done, and change nothing. */
  dryRun: boolean
  /** One JSON document on standard output; what is told meanwhile goes to standard error. */
  json: boolean
}

export const plain: ReportOptions = { dryRun: false, json: false }

export interface ContainerReport {
  name: string
  steps: ('install' | 'start' | 'update' | 'restart' | 'destroy' | 'skip')[]
  reason: string
  change?: Change
  differences?: readonly Difference[]
}

export interface Report {
  /** To be set as soon as it is known, so that a failure can be told with it. */
  containers: ContainerReport[]
  /** Takes the lines that tell what is done. */
  say(line: string): void
}

/**
 * Runs a command and tells its plan or, with `json`, its result.
 * @throws what `work` throws, after it was told
 */
export async function reporting(
  host: Host,
  command: string,
  { dryRun, json }: ReportOptions,
  work: (report: Report) => Promise<void>,
): Promise<void> {
  const report: Report = { containers: [], say: json ? host.note : host.out }
  try {
    await work(report)
  } catch (error) {
    if (json && error instanceof OperationError) host.out(JSON.stringify(documentOf(command, dryRun, report, error)))
    throw error
  }
  if (json) host.out(JSON.stringify(documentOf(command, dryRun, report)))
  else if (dryRun) for (const line of report.containers.flatMap(linesOf)) host.out(line)
}

/** @param error why the command failed; where single containers did, only those bear it */
export function documentOf(command: string, dryRun: boolean, { containers }: Report, error?: OperationError): object {
  const failures = error instanceof ContainersFailed ? error.failures : new Map<string, string>()
  const ok = (name: string) => error === undefined || (failures.size > 0 && !failures.has(name))
  return {
    command,
    dryRun,
    ok: error === undefined,
    error: error?.message ?? null,
    containers: containers.map((container) => ({
      ...container,
      ...(dryRun ? {} : { ok: ok(container.name), error: failures.get(container.name) ?? null }),
    })),
  }
}

export function stepReport({ name, change, installs, action, reason, differences }: Step): ContainerReport {
  const steps: ContainerReport['steps'] = installs ? ['install'] : []
  if (action === 'start' || action === 'update' || action === 'restart') steps.push(action)
  return { name, steps: steps.length > 0 ? steps : ['skip'], reason, change, differences }
}

/** A container's plan, for people. */
export function linesOf({ name, steps, reason, differences = [] }: ContainerReport): string[] {
  return [`${name}: ${steps.join(', ')} (${reason})`, ...differences.map((difference) => `  ${describe(difference)}`)]
}

/** Values that do not fit on a line say less than that they differ. */
function describe({ what, key, before, after }: Difference): string {
  const label = what === 'running' ? 'the system that runs' : what === 'system' ? 'system' : `${what} ${key}`
  const [from, to] = [before ?? '(not set)', after ?? '(not set)']
  const readable =
    !`${from}${to}`.includes('\n') && (what === 'system' || what === 'running' || from.length + to.length <= 90)
  return readable ? `${label}: ${from} -> ${to}` : `${label} differs`
}
