/** Updates running containers in place: their new system takes over inside, by its own rules. */
import type { Host } from '../host/host.ts'
import { enterArguments } from '../machine/exec.ts'
import { describeUnits, failedUnits, printable } from '../machine/inner-units.ts'
import { type Conf, parseConf } from './conf.ts'
import { changeInstalled } from './control.ts'
import { ContainersFailed, type Failures, keepFailures } from './failures.ts'
import { readInstalled } from './installed.ts'
import { inStore } from './paths.ts'
import type { Engine } from './with-machines.ts'

interface Updated {
  name: string
  settings: Conf
}

/**
 * Updates containers to the system that their conf names: what it names may be a profile, which changes without it.
 * @param rebuild called for each first; tells whether it had something to build: such a container need not run
 * @throws UsageError for a bad name; OperationError for a container that is not there or not ours, before any is
 *   updated; ContainersFailed for those that do not run or whose update failed, after the others are updated
 */
export const updateInstalled = (
  host: Host,
  names: readonly string[],
  options: { noWait?: boolean },
  rebuild: (name: string) => Promise<boolean> = async () => false,
): Promise<void> =>
  changeInstalled(host, names, options, async (engine, unique) => {
    const rebuilt = new Set<string>()
    for (const name of unique) if (await rebuild(name)) rebuilt.add(name)
    const states = await engine.machines.states(unique)
    const failures: Failures = new Map()
    const running = unique.filter((name) => states.get(name) === 'running')
    for (const name of unique.filter((name) => !running.includes(name) && !rebuilt.has(name))) {
      failures.set(name, `Container "${name}" does not run. Start it: extra-container start ${name}`)
    }
    const containers = await Promise.all(
      running.map(async (name) => ({ name, settings: await settingsOf(host, name) })),
    )
    await keepFailures(failures, running, updateContainers(host, engine, containers))
    if (failures.size > 0) throw new ContainersFailed(failures, unique.length)
  })

async function settingsOf(host: Host, name: string): Promise<Conf> {
  const installed = await readInstalled(host, name)
  return parseConf(installed.kind === 'ours' ? (installed.conf?.text ?? '') : '')
}

/**
 * Runs `switch-to-configuration test` in all at once; shows what each printed, in order, on standard error.
 * @param failing `goes back`: the caller mends what fails, and the user need not be told how
 * @throws ContainersFailed
 */
export async function updateContainers(
  host: Host,
  engine: Engine,
  containers: readonly Updated[],
  failing?: 'goes back',
): Promise<void> {
  const failures: Failures = new Map()
  const results = await Promise.all(containers.map((container) => updateOne(host, engine, container)))
  for (const { name, output, ok, units } of results) {
    host.note(`  Updating ${name}`)
    for (const line of output.split('\n')) if (line !== '') host.note(`  ${printable(line)}`)
    if (ok) continue
    const advice = failing === 'goes back' ? '' : `Restart to get the new system: extra-container restart ${name}`
    const head = `The update of "${name}" failed${units.length > 0 ? '.' : ', see above.'}`
    failures.set(name, [head, describeUnits(units), advice].filter((part) => part !== '').join('\n'))
  }
  if (failures.size > 0) throw new ContainersFailed(failures, containers.length)
}

async function updateOne(host: Host, engine: Engine, { name, settings }: Updated) {
  const given = settings.get('SYSTEM_PATH') ?? `/nix/var/nix/profiles/per-container/${name}/system`
  // A profile has another path inside the container.
  const system = inStore(given) ? given : await host.files.realPath(given)
  if (system === undefined) return { name, output: `Its system does not exist: ${given}`, ok: false, units: [] }
  await updateZone(host, name, system)
  const problem = await addStorePaths(host, engine, name, system)
  if (problem !== undefined) return { name, output: problem, ok: false, units: [] }
  const command = [`${system}/bin/switch-to-configuration`, 'test']
  const result = await host.run(...enterArguments(host, engine.manager, name, command, { terminal: false }), {
    allowFailure: true,
  })
  const output = [result.stdout, result.stderr].filter((text) => text !== '').join('\n')
  const ok = result.exitCode === 0
  return { name, output, ok, units: ok ? [] : await failedUnits(host, engine.manager, name) }
}

/** The host keeps /etc/hosts of a container in a zone, from its system and its neighbours (nix/dialects/nspawn/zone.sh). */
async function updateZone(host: Host, name: string, system: string): Promise<void> {
  const zones = '/run/extra-container/zones'
  for (const zone of await host.files.list(zones)) {
    if (!(await host.files.exists(`${zones}/${zone}/${name}`))) continue
    await host.run('bash', [`${host.root}/nix/dialects/nspawn/zone.sh`, 'update'], {
      env: { INSTANCE: name, ZONE: zone, SYSTEM_PATH: system },
      allowFailure: true,
    })
  }
}

/** Brings what a new system needs into a container that has only some store paths. Gives what went wrong. */
async function addStorePaths(host: Host, engine: Engine, name: string, system: string): Promise<string | undefined> {
  const leader = await engine.machines.leader(name)
  if (leader === undefined) return undefined
  const supervisor = /^PPid:\s*(\d+)$/m.exec((await host.files.read(`/proc/${leader}/status`)) ?? '')?.[1]
  // Only in the mount namespace of such a container's systemd-nspawn.
  if (!(await host.files.exists(`/proc/${supervisor}/root/run/extra-container/store/paths`))) return undefined
  const script = `${host.root}/nix/store-paths/store-paths.sh`
  const { exitCode, stderr } = await host.run('bash', [script, 'update', String(leader), system], {
    allowFailure: true,
  })
  return exitCode === 0 ? undefined : stderr
}
