/** Machines as units container@NAME.service of systemd, whatever kind they are of. */
import type { Host } from '../host/host.ts'
import { unitsInJournal } from './inner-journal.ts'
import { findLeader, findLeaders, waitersOf } from './leader.ts'
import type { Machines, Places, StartOptions, State } from './machine.ts'
import type { Manager } from './manager.ts'
import { isRegistered } from './registered.ts'
import { reasonOf, StartError } from './start-error.ts'
import {
  journalOf,
  lastFailure,
  machineOf,
  type Properties,
  runIn,
  showUnits,
  stateOf,
  systemctl,
  unitOf,
} from './systemd.ts'

const journalLines = 15
/** Milliseconds within which a container usually has booted. */
const aStart = 1000
const failureProperties = ['LoadState', 'ActiveState', 'Result', 'ExecMainStatus', 'TimeoutStartUSec']

/** @param manager brought up by `start`; while it is not, every container is stopped */
export function unitMachines(host: Host, manager: Manager, places: Places): Machines {
  async function states(names: readonly string[]): Promise<Map<string, State>> {
    if (!manager.running()) return new Map(names.map((name) => [name, 'stopped']))
    const units = await showUnits(host, manager, names, ['ActiveState'])
    return new Map(names.map((name) => [name, stateOf(units.get(name)?.get('ActiveState'))]))
  }

  async function tryStart(names: readonly string[], { signal, skip }: StartOptions): Promise<string[]> {
    const units = names.map(unitOf)
    const cut = signal && skip ? AbortSignal.any([signal, skip]) : (signal ?? skip)
    const options = { allowFailure: true, ...(cut ? { signal: cut } : {}) }
    const calm = host.hurryCgroupMoves(aStart * names.length)
    try {
      const done = await systemctl(host, manager, ['start', '--', ...units], options)
      if (done.exitCode === 0) return []
    } catch (error) {
      if (!skip?.aborted || signal?.aborted) throw error
      // Once more: it may have been cut short before it had asked.
      await systemctl(host, manager, ['start', '--no-block', '--', ...units])
      return []
    } finally {
      calm()
    }
    const now = await states(names)
    return names.filter((name) => now.get(name) !== 'running')
  }

  async function start(names: readonly string[], options: StartOptions = {}): Promise<void> {
    if (names.length === 0) return
    await manager.start()
    const begin = Date.now()
    let failed = await tryStart(names, options)
    if (failed.length === 0) return
    let units = await showUnits(host, manager, failed, failureProperties)
    // systemd counts every start, also by hand, and refuses after a few in ten seconds; forgetting failures resets that.
    const limited = failed.filter((name) => units.get(name)?.get('Result') === 'start-limit-hit')
    if (limited.length > 0) {
      await resetFailed(limited)
      const again = await tryStart(limited, options)
      failed = failed.filter((name) => !limited.includes(name) || again.includes(name))
      if (failed.length === 0) return
      units = await showUnits(host, manager, failed, failureProperties)
    }
    throw new StartError(
      await Promise.all(
        failed.map(async (name) => {
          const failure = await failureOf(name, units.get(name) ?? new Map(), begin)
          const journal = await journalOf(host, manager, name, journalLines, begin)
          const inside = await unitsInJournal(host, await places.rootFolder(name), begin)
          return { name, reason: reasonOf(failure, journal), journal, units: inside }
        }),
      ),
    )
  }

  /** Where systemd has begun to start it once more (Restart=), the unit shows nothing of why it failed. */
  async function failureOf(name: string, shown: Properties, begin: number): Promise<Properties> {
    if (shown.get('Result') !== 'success') return shown
    const result = await lastFailure(host, manager, name, begin)
    return result === undefined ? shown : new Map([...shown, ['Result', result]])
  }

  async function stop(names: readonly string[]): Promise<void> {
    if (names.length === 0 || !manager.running()) return
    // A PID 1 that has only just begun does not hear the signal to shut down: the stop would wait for its timeout.
    const now = await states(names)
    const booting = names.filter((name) => now.get(name) === 'starting')
    await terminate(booting)
    const others = names.filter((name) => !booting.includes(name))
    if (others.length === 0) return
    await letGo(others)
    const done = await systemctl(host, manager, ['stop', '--', ...others.map(unitOf)], { allowFailure: true })
    if (done.exitCode !== 0) await terminate(others)
    await forgotten(others)
  }

  /**
   * Ends what waits for commands inside, which then are orphans that the container's init ends and reaps. systemd-shutdown
   * stops all processes before it ends them, nsenter stops itself with its command, nobody lets it go on to reap that,
   * and the shutdown waits for the dead command until its timeout of 90 seconds.
   */
  async function letGo(names: readonly string[]): Promise<void> {
    const waiters = await Promise.all(names.map((name) => waitersOf(host, manager, name)))
    for (const pid of waiters.flat()) host.kill(pid, 'SIGKILL')
  }

  /** Waits until machined has forgotten them: a start before that fails (NixOS/nixpkgs#43652). */
  async function forgotten(names: readonly string[]): Promise<void> {
    for (let waited = 0; waited <= 4000; waited += 10) {
      const known = await registered(names)
      if (known.length === 0) return
      if (waited === 2000) await runIn(host, manager, 'machinectl', ['terminate', ...known], { allowFailure: true })
      await host.sleep(10)
    }
  }

  /** Machines among them that machined still has. One of another program, under the same name, is not ours to wait for. */
  async function registered(names: readonly string[]): Promise<string[]> {
    const known = await Promise.all(names.map((name) => isRegistered(host, manager, name)))
    return names.filter((_, index) => known[index]).map(machineOf)
  }

  const resetFailed = (names: readonly string[]) =>
    systemctl(host, manager, ['reset-failed', '--', ...names.map(unitOf)], { allowFailure: true })

  /** Whether nothing on the machine must be undone when they stop. */
  async function haveNoStopScripts(names: readonly string[]): Promise<boolean> {
    const checks = names.map(async (name) => {
      const unit = places.unitFile(name)
      const [text, extended] = await Promise.all([host.files.read(unit), host.files.exists(`${unit}.d`)])
      return text !== undefined && !extended && !/^Exec(Stop|StopPost)=/m.test(text)
    })
    return (await Promise.all(checks)).every((none) => none)
  }

  async function terminate(names: readonly string[]): Promise<void> {
    if (names.length === 0 || !manager.running()) return
    if ((await haveNoStopScripts(names)) && (await manager.endWith(names.map(unitOf)))) return
    const script = `${host.root}/src/machine/terminate.sh`
    await runIn(host, manager, 'sh', [script, ...names.map(unitOf)], { allowFailure: true })
    await forgotten(names)
  }

  return {
    states,
    start,
    stop,
    terminate,
    restart: async (names) => {
      if (names.length === 0) return
      await stop(names)
      if (manager.running()) await resetFailed(names)
      await start(names)
    },
    leader: async (name) => (manager.running() ? findLeader(host, manager, name) : undefined),
    leaders: async (names) => (manager.running() ? findLeaders(host, manager, names) : new Map()),
    reload: async () => {
      if (manager.running()) await systemctl(host, manager, ['daemon-reload'])
    },
    journal: async (name, lines) => (manager.running() ? journalOf(host, manager, name, lines) : []),
  }
}
