/** Finds out what is installed and what runs, plans from it, and refuses what cannot be carried out. Changes nothing. */
import type { Host } from '../host/host.ts'
import { kindOf } from '../machine/kind.ts'
import type { State } from '../machine/machine.ts'
import { checkAddresses } from './addresses.ts'
import { checkNeeds } from './check-needs.ts'
import type { Declared } from './etc.ts'
import {
  foreignState,
  type Installed,
  readInstalled,
  refuseForeign,
  refuseForeignMachines,
  refuseOtherKind,
} from './installed.ts'
import { refuseSameMachine } from './names.ts'
import { checkUnitPath } from './nixos.ts'
import { findOutdated } from './outdated.ts'
import { checkOverlaps } from './overlap.ts'
import { nameOfUnit, stateOf, unitFolder } from './paths.ts'
import { type Mode, plan, type Step } from './plan.ts'
import { refuseForeignFiles } from './shared-files.ts'
import { checkContainers, type Wait } from './wait/condition.ts'
import type { Engine } from './with-machines.ts'

export interface Survey {
  steps: Step[]
  /** What is to be installed. */
  changed: Declared[]
  /** Names of those that are new all through: what was there before is not for us to undo. */
  added: string[]
}

/**
 * @param adopt whether a new container may take over a root folder that is there already
 * @throws UsageError where `wait` is for a container that is not among them; OperationError: one, or its root folder, is not ours, an address is taken, or the machine lacks what it needs
 */
export async function survey(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  { mode, adopt = false, wait }: { mode: Mode; adopt?: boolean; wait?: Wait | undefined },
): Promise<Survey> {
  const names = declared.map(({ name }) => name)
  if (wait) checkContainers(wait, names)
  refuseSameMachine(
    names,
    (await host.files.list(unitFolder)).map(nameOfUnit).filter((name) => name !== undefined),
  )
  const { installed, adopted } = await readAll(host, declared, adopt)
  const known = names.filter((name) => installed.get(name)?.kind === 'ours')
  const states = known.length > 0 ? await engine.machines.states(known) : new Map<string, State>()
  const systems = await runningSystems(host, engine, known, states)
  const running = known.filter((name) => states.get(name) === 'running')
  const outdated = await findOutdated(host, engine, running)
  const steps = plan(declared, installed, states, systems, outdated, mode)
  const changed = declared.filter((_, index) => steps[index]?.installs)
  if (changed.length > 0) await checkUnitPath(host, engine.manager)
  await refuseForeignFiles(host, changed)
  await checkAddresses(host, changed)
  const starting = declared.filter((_, index) => ['start', 'restart'].includes(steps[index]?.action ?? 'none'))
  await refuseForeignMachines(host, engine, starting)
  await checkOverlaps(host, [...new Set([...changed, ...starting])])
  await checkNeeds(host, engine.manager, changed, starting, (name) =>
    publishedBy(installed.get(name), states.get(name)),
  )
  return { steps, changed, added: names.filter((name) => !known.includes(name) && !adopted.has(name)) }
}

async function readAll(host: Host, declared: readonly Declared[], adopt: boolean) {
  const installed = new Map<string, Installed>()
  const adopted = new Set<string>()
  const found = await Promise.all(declared.map(async (one) => [one, await readInstalled(host, one.name)] as const))
  for (const [{ name, settings }, one] of found) {
    const kind = kindOf(settings)
    refuseForeign(name, one)
    refuseOtherKind(name, kind, one)
    installed.set(name, one)
    if (one.kind === 'ours' || !(await host.files.exists(stateOf(name, kind)))) continue
    if (!adopt) throw foreignState(name, kind)
    adopted.add(name)
  }
  return { installed, adopted }
}

/** The systems that those which run have switched to last. */
async function runningSystems(
  host: Host,
  engine: Engine,
  names: readonly string[],
  states: ReadonlyMap<string, State>,
): Promise<Map<string, string>> {
  const running = names.filter((name) => states.get(name) === 'running')
  const leaders = await engine.machines.leaders(running)
  const systems = await Promise.all(
    [...leaders].map(async ([name, leader]) => {
      return [name, await host.files.readLink(`/proc/${leader}/root/run/current-system`)] as const
    }),
  )
  return new Map(systems.flatMap(([name, system]) => (system === undefined ? [] : [[name, system]])))
}

/** The ports that a container holds because it runs; undefined where it does not. */
function publishedBy(installed: Installed | undefined, state: State | undefined): string[] | undefined {
  if (installed?.kind !== 'ours' || !(state === 'running' || state === 'starting')) return undefined
  return /^Environment="PUBLISH=(.*)"$/m.exec(installed.unit?.text ?? '')?.[1]?.split(' ') ?? []
}
