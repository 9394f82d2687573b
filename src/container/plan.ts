/** Decides what happens to each container. Pure: from what is built, what is installed and what runs. */
import { kindOf } from '../machine/kind.ts'
import { machineKinds } from '../machine/kinds.ts'
import type { State } from '../machine/machine.ts'
import { confWithoutSystem, unitWithoutTriggers } from './conf.ts'
import { type Difference, differencesOf } from './differences.ts'
import type { Declared } from './etc.ts'
import type { Installed } from './installed.ts'
import { inStore } from './paths.ts'

/** What the user asked for beside installing. */
export interface Mode {
  start: boolean
  update: boolean
  restart: boolean
}

/** `system`: only the system inside differs, which a running container takes over in place. */
export type Change = 'new' | 'none' | 'system' | 'container'

export interface Step {
  name: string
  change: Change
  /** Whether its links are put into place: also those that the garbage collector does not know. */
  installs: boolean
  /** `hold`: it should be restarted, and its option restartIfChanged says no. */
  action: 'none' | 'start' | 'update' | 'restart' | 'hold'
  /** Whether it runs when the action is done. */
  runs: boolean
  /** Why this action: the end of a sentence that begins with the container's name. */
  reason: string
  differences: Difference[]
}

export function changeOf(declared: Declared, installed: Installed): Change {
  if (installed.kind !== 'ours' || !installed.unit || !installed.conf) return 'new'
  const sameUnit = unitWithoutTriggers(declared.unit.text) === unitWithoutTriggers(installed.unit.text)
  const sameConf = confWithoutSystem(declared.conf.text) === confWithoutSystem(installed.conf.text)
  if (!sameUnit || !sameConf) return 'container'
  return declared.conf.text === installed.conf.text && declared.unit.text === installed.unit.text ? 'none' : 'system'
}

const isUp = (state: State | undefined) => state === 'running' || state === 'starting'

const isHeld = (container: Declared) => /^X-RestartIfChanged=false$/m.test(container.unit.text)

type Decision = Pick<Step, 'action' | 'reason'>

const whatDiffers: Readonly<Record<Change, string>> = {
  none: 'nothing differs',
  system: 'its system differs',
  container: 'its container options differ',
  new: 'what it was started from is gone',
}

function decide(container: Declared, change: Change, state: State | undefined, mode: Mode): Decision {
  if (!isUp(state))
    return { action: mode.start ? 'start' : 'none', reason: change === 'new' ? 'it is new' : 'it is down' }
  const runs = state === 'running' ? 'it runs' : 'it boots'
  const reason = `${runs}, ${whatDiffers[change]}`
  if (change === 'none') return { action: 'none', reason }
  if (!(mode.start || mode.update || mode.restart)) {
    return { action: 'none', reason: `${reason}; it is asked neither to update nor to restart` }
  }
  // A container that still boots cannot take over a new system.
  if (mode.restart) return { action: 'restart', reason: `${reason}, --restart-changed` }
  const inPlace = machineKinds[kindOf(container.settings)].updatesInPlace || mode.update
  if (change === 'system' && state === 'running' && inPlace) return { action: 'update', reason }
  return isHeld(container)
    ? { action: 'hold', reason: `${reason}, but restartIfChanged = false` }
    : { action: 'restart', reason }
}

/** A profile (option `path`) cannot be compared: what runs is the store path that it led to. */
function runsOther({ settings, unit }: Declared, running: string | undefined, outdated: boolean): Difference[] {
  if (outdated) return [{ what: 'running', key: 'unit', before: null, after: unit.path }]
  const system = settings.get('SYSTEM_PATH')
  if (running === undefined || system === undefined || !inStore(system) || running === system) return []
  return [{ what: 'running', key: 'SYSTEM_PATH', before: running, after: system }]
}

/**
 * One step a declared container, in their order.
 * @param systems the system that each running container runs, where that is known: one that was installed without
 *   `--start` may run an older one than is installed
 * @param outdated those that run with other container options than are installed
 */
export function plan(
  declared: readonly Declared[],
  installed: ReadonlyMap<string, Installed>,
  states: ReadonlyMap<string, State>,
  systems: ReadonlyMap<string, string>,
  outdated: ReadonlySet<string>,
  mode: Mode,
): Step[] {
  return declared.map((container) => {
    const { name } = container
    const before = installed.get(name) ?? { kind: 'none' }
    const change = changeOf(container, before)
    const old = outdated.has(name)
    const behind = change === 'none' ? runsOther(container, systems.get(name), old) : []
    const differences = [...differencesOf(container, before), ...behind]
    const decision = decide(
      container,
      old ? 'container' : behind.length > 0 ? 'system' : change,
      states.get(name),
      mode,
    )
    const installs = change !== 'none' || (before.kind === 'ours' && before.unrooted === true)
    const runs = isUp(states.get(name)) || decision.action === 'start'
    return { name, change, installs, runs, ...decision, differences }
  })
}
