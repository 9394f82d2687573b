/** Carries out a plan: links files into place, then starts, updates and restarts. Undoes what it added when that fails. */
import type { Host } from '../host/host.ts'
import { kindOf } from '../machine/kind.ts'
import { machineKinds } from '../machine/kinds.ts'
import { allOf, orUndo } from './always.ts'
import { type CarryOutOptions, carryOut } from './carry-out.ts'
import { whileChanging } from './change.ts'
import type { Declared } from './etc.ts'
import { ContainersFailed, type Failures } from './failures.ts'
import { installContainers } from './install.ts'
import { readInstalled } from './installed.ts'
import type { Held } from './lock.ts'
import { noteOutdated } from './outdated.ts'
import type { Mode, Step } from './plan.ts'
import type { Recorded } from './record.ts'
import { removeContainers } from './remove.ts'
import { takeFromDead } from './sessions.ts'
import { survey } from './survey.ts'
import type { Engine } from './with-machines.ts'

export interface ApplyOptions extends CarryOutOptions {
  mode: Mode
  /** Whether a new container may take over a root folder that is there already. */
  adopt?: boolean
  /** What those that change get as a generation of their profiles; undefined: they get none. */
  recorded?: Recorded | undefined
  /** Told the plan, before anything is changed. */
  planned?(steps: readonly Step[]): void
}

/**
 * Installs the declared containers, and starts, updates or restarts them as the mode says.
 * @throws OperationError: one, or its root folder, is not ours or an address is taken (nothing is changed then);
 *   ContainersFailed: starts or updates failed (of these, those that are new with this run are removed again)
 */
export const applyContainers = (
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  options: ApplyOptions,
): Promise<void> =>
  whileChanging(
    host,
    engine,
    declared.map(({ name }) => name),
    { folder: true },
    async (held) => {
      await applyHeld(host, engine, declared, options, held)
      await takeFromDead(
        host,
        declared.map(({ name }) => name),
      )
    },
  )

/** The same for who holds the containers' locks. */
export async function applyHeld(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  options: ApplyOptions,
  held: Held,
): Promise<void> {
  const added: string[] = []
  await orUndo(
    host,
    async () => {
      const { steps, record } = await held.inFolder(() => installAll(host, engine, declared, options, added))
      await held.releaseFolder()
      const [failed, unrecorded] = await allOf([carryOut(host, engine, steps, declared, options), record()])
      const failures: Failures = new Map([...(unrecorded ?? []), ...(failed ?? [])])
      if (failures.size === 0) return
      // The others stay, whatever comes.
      added.splice(0, added.length, ...added.filter((name) => failures.has(name)))
      throw new ContainersFailed(failures, steps.length)
    },
    () => undo(host, engine, added, held),
  )
}

/**
 * Checks everything, then installs what changed. Tells in `added` which containers are new, before it touches them.
 * @returns `record` makes what was installed generations
 */
async function installAll(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  options: ApplyOptions,
  added: string[],
): Promise<{ steps: Step[]; record: () => Promise<Failures> }> {
  const { steps, changed, added: fresh } = await survey(host, engine, declared, options)
  options.planned?.(steps)
  options.say('Installing containers:')
  for (const { name, change } of steps) options.say(change === 'none' ? `${name} (unchanged, skipped)` : name)
  added.push(...fresh)
  // systemd finds a unit that it has never heard of without rereading the others. Its own manager may have heard of any.
  const unheard = engine.manager.kind === 'private' && !engine.stale && changed.length === added.length
  const install = async (options: Parameters<typeof installContainers>[3]) => {
    await installContainers(host, engine, changed, options)
    for (const kind of new Set(changed.map(({ settings }) => kindOf(settings))))
      await machineKinds[kind].installed?.(host)
    await noteOutdated(host, engine, steps)
  }
  const { recorded } = options
  if (recorded === undefined) {
    await install({ unheard })
    return { steps, record: async () => new Map() }
  }
  const { recordable, recordContainers, unrecorded } = await import('./record.ts')
  const of = recordable(changed)
  const before = await unrecorded(host, of)
  await install({ unheard, recorded: { of, as: recorded } })
  return { steps, record: () => recordContainers(host, of, before, recorded) }
}

/** Removes those that this run added and that do not run. */
async function undo(host: Host, engine: Engine, added: readonly string[], held: Held): Promise<void> {
  const states = await engine.machines.states(added)
  const marked: string[] = []
  for (const name of added) {
    if (states.get(name) !== 'running' && (await readInstalled(host, name)).kind === 'ours') marked.push(name)
  }
  if (marked.length > 0) await removeContainers(host, engine, marked, held)
}
