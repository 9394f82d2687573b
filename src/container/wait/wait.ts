/** Waits until containers that have started are ready, as `--wait` says. */
import { Interrupted, OperationError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { describeUnits, failedUnits, innerUnit, printable, runInside } from '../../machine/inner-units.ts'
import { parseShow } from '../../machine/systemd.ts'
import { ContainersFailed, type Failures } from '../failures.ts'
import type { Engine } from '../with-machines.ts'
import { type Condition, listening, unitReadiness, type Wait } from './condition.ts'

/** How a condition stands: met, or why not yet. `hopeless`: it will not be. */
type Standing = { met: true } | { met: false; why: string; hopeless?: boolean }

/** Milliseconds between two looks: files are read often, programs started less so. */
const pauses = { port: 50, unit: 200, cmd: 200 }

/**
 * Waits for all conditions of all containers side by side.
 * @param skip ends the waiting, as if all were met
 * @throws ContainersFailed naming, for each container, the first condition that was not met in time; Interrupted
 */
export async function waitUntilReady(
  host: Host,
  engine: Engine,
  names: readonly string[],
  { conditions, timeout }: Wait,
  skip?: AbortSignal,
): Promise<void> {
  const end = Date.now() + timeout * 1000
  const failures: Failures = new Map()
  await Promise.all(
    names.flatMap((name) =>
      conditions
        .filter(({ container }) => container === undefined || container === name)
        .map(async (condition) => {
          const over = () => skip?.aborted || failures.has(name)
          const last = await waitFor(host, engine, name, condition, { end, over })
          if (last.met || failures.has(name)) return
          failures.set(name, '')
          failures.set(name, await explain(host, engine, name, condition, last, timeout))
        }),
    ),
  )
  if (failures.size === 0) return
  const ordered = names.filter((name) => failures.has(name)).map((name) => [name, failures.get(name) ?? ''] as const)
  throw new ContainersFailed(new Map(ordered), names.length)
}

async function waitFor(
  host: Host,
  engine: Engine,
  name: string,
  condition: Condition,
  { end, over }: { end: number; over: () => boolean | undefined },
): Promise<Standing> {
  for (;;) {
    const standing = await look(host, engine, name, condition, end - Date.now())
    if (standing.met || standing.hopeless || Date.now() >= end) return standing
    await host.sleep(Math.min(pauses[condition.kind], Math.max(1, end - Date.now())))
    if (host.interrupted.aborted) throw Interrupted.from(host.interrupted)
    if (over()) return { met: true }
  }
}

async function look(host: Host, engine: Engine, name: string, condition: Condition, left: number): Promise<Standing> {
  const leader = await engine.machines.leader(name)
  if (leader === undefined) {
    const state = (await engine.machines.states([name])).get(name)
    return { met: false, why: `The container is ${state}.`, hopeless: state !== 'running' && state !== 'starting' }
  }
  switch (condition.kind) {
    case 'port':
      return lookAtPort(host, leader, Number(condition.value))
    case 'unit':
      return lookAtUnit(host, engine, name, condition.value)
    case 'cmd':
      return tryCommand(host, engine, name, condition.value, left)
  }
}

async function lookAtPort(host: Host, leader: number, port: number): Promise<Standing> {
  const net = `/proc/${leader}/net`
  const open = listening(await host.files.read(`${net}/tcp`), await host.files.read(`${net}/tcp6`))
  if (open.includes(port)) return { met: true }
  const what = open.length > 0 ? `It listens on ${open.join(', ')}.` : 'It listens on no port.'
  return { met: false, why: what }
}

const properties = 'LoadState,ActiveState,SubState,Type,Result,ExecMainExitTimestampMonotonic'

async function lookAtUnit(host: Host, { manager }: Engine, name: string, unit: string): Promise<Standing> {
  const { stdout } = await patiently(() =>
    runInside(host, manager, name, ['systemctl', 'show', `--property=${properties}`, '--', unit]),
  )
  const shown = parseShow(stdout)[0] ?? new Map<string, string>()
  if (shown.get('LoadState') === 'not-found') return { met: false, why: `There is no unit ${unit} inside.` }
  const readiness = unitReadiness(shown)
  return readiness === 'ready' ? { met: true } : { met: false, why: '', hopeless: readiness === 'hopeless' }
}

async function tryCommand(
  host: Host,
  { manager }: Engine,
  name: string,
  text: string,
  left: number,
): Promise<Standing> {
  const seconds = String(Math.max(0.1, left / 1000))
  const command = ['timeout', '--kill-after=1', seconds, '/bin/sh', '-c', text]
  const done = await patiently(() => runInside(host, manager, name, command, Math.max(0, left) + 5000))
  if (done.exitCode === 0) return { met: true }
  const lines = [done.stdout, done.stderr].join('\n').trim().split('\n').slice(-5)
  const output = lines.map(printable).join('\n  ')
  const how = done.exitCode === 124 ? 'It did not end in time.' : `Its exit status is ${done.exitCode ?? 'unknown'}.`
  return { met: false, why: output ? `${how} It printed:\n  ${output}` : how }
}

/** What does not answer in time is not ready. */
async function patiently<T extends { exitCode: number | undefined; stdout: string; stderr: string }>(
  work: () => Promise<T>,
): Promise<Pick<T, 'exitCode' | 'stdout' | 'stderr'>> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Interrupted || !(error instanceof OperationError)) throw error
    return { exitCode: undefined, stdout: '', stderr: error.message }
  }
}

async function explain(
  host: Host,
  { manager, machines }: Engine,
  name: string,
  { text, kind, value }: Condition,
  last: Standing,
  timeout: number,
): Promise<string> {
  const { why, hopeless } = last.met ? { why: '', hopeless: false } : last
  const head = `Container "${name}" is not ready: --wait ${JSON.stringify(text)} ${
    hopeless ? 'cannot be met any more' : `was not met within ${timeout} s`
  }.`
  const running = (await machines.leader(name)) !== undefined
  const unit = kind === 'unit' && running ? await innerUnit(host, manager, name, value) : undefined
  const units = unit ? [unit] : running ? await failedUnits(host, manager, name) : []
  const inside = describeUnits(units)
  const journal = units.length > 0 ? [] : await machines.journal(name, 10)
  const logged =
    journal.length > 0 ? `Its last log lines:\n${journal.map((line) => `  ${printable(line)}`).join('\n')}` : ''
  const next = running ? `It runs on. Look into it: extra-container root-login ${name}` : ''
  return [head, why, inside, logged, next].filter((part) => part !== '').join('\n')
}
