/** The removal itself of containers that are known to be ours, by who holds their locks. */
import type { Host } from '../host/host.ts'
import { type Kind, kindOf, kindOfUnit } from '../machine/kind.ts'
import { machineKinds } from '../machine/kinds.ts'
import { foreignMachine } from '../machine/registered.ts'
import { allOf } from './always.ts'
import { parseConf } from './conf.ts'
import type { Declared } from './etc.ts'
import { extraFilesOf, putExtraFiles } from './extra-files.ts'
import { ContainersFailed, type Failures } from './failures.ts'
import { removePackaged, tidyFolders } from './install.ts'
import { foreignState, readInstalled, refuseForeign } from './installed.ts'
import type { Held } from './lock.ts'
import { forgetOutdated } from './outdated.ts'
import { ephemeralFolder, pathsOf, stateOf } from './paths.ts'
import { removeProfile } from './profile.ts'
import { removeRules } from './rules.ts'
import { withoutContainers } from './shared-files.ts'
import { beginSteps, endSteps, readSteps } from './steps.ts'
import { hideUnits, isNeeded } from './unit-path.ts'
import type { Engine } from './with-machines.ts'

/**
 * Kills and removes. The marks go last, so that what was cut short half-way still is ours and can be destroyed again.
 * @throws OperationError after all others are removed, where one could not be
 */
export async function removeContainers(
  host: Host,
  engine: Engine,
  names: readonly string[],
  held: Held,
): Promise<void> {
  const kinds = await Promise.all(names.map(async (name) => ({ name, kind: await kindToRemove(host, name) })))
  await allOf(kinds.map(({ name, kind }) => beginSteps(host, name, { doing: 'destroy', kind })))
  // This may take its time, which others need not wait for.
  await held.releaseFolder()
  await engine.machines.terminate(names)
  await removeExtraFiles(host, names, held)
  const removed = await Promise.allSettled(kinds.map(({ name, kind }) => removeOne(host, engine, name, kind)))
  await tidyFolders(host)
  if (await isNeeded(host)) await held.inFolder(() => hideUnits(host, names))
  engine.stale = true
  const failures: Failures = new Map()
  for (const [index, { name, kind }] of kinds.entries()) {
    try {
      const result = removed[index]
      if (result?.status === 'rejected') throw result.reason
      await removeMarks(host, engine, name, kind)
      await endSteps(host, name)
      held.gone([name])
    } catch (error) {
      failures.set(name, `Container "${name}" could not be removed: ${(error as Error).message}`)
    }
  }
  if (failures.size > 0) throw new ContainersFailed(failures, names.length)
}

/** Before the units, which tell what they are. */
async function removeExtraFiles(host: Host, names: readonly string[], held: Held): Promise<void> {
  const files = await Promise.all(
    names.map(async (name) => extraFilesOf(host, name, (await host.files.readLink(pathsOf(name).unit)) ?? null)),
  )
  const paths = files.flatMap(Object.keys)
  if (paths.length === 0) return
  await held.inFolder(async () => putExtraFiles(host, await withoutContainers(host, paths, names)))
}

/** Of one that is half removed, the journal tells. A conf that somebody overwrote tells nothing, but the unit does. */
async function kindToRemove(host: Host, name: string): Promise<Kind> {
  const journal = await readSteps(host, name)
  if (journal?.doing === 'destroy' && journal.kind) return journal.kind
  const kind = kindOf(await readSettings(host, name))
  if (kind !== 'container') return kind
  return kindOfUnit((await host.files.read(pathsOf(name).unit).catch(() => undefined)) ?? '')
}

/** A conf that is damaged (a link in a circle) tells nothing. */
const readSettings = async (host: Host, name: string) =>
  parseConf((await host.files.read(pathsOf(name).conf).catch(() => undefined)) ?? '')

async function removeOne(host: Host, { manager }: Engine, name: string, kind: Kind): Promise<void> {
  const paths = pathsOf(name)
  const settings = await readSettings(host, name)
  const state = stateOf(name, kind)
  await machineKinds[kind].stopped?.(host, manager, name, (await host.files.read(paths.unit)) ?? '', state)
  const folders = [state, paths.ephemeral, paths.profiles, paths.roots]
  await Promise.all(
    folders.map(async (folder) => {
      if (await host.files.exists(folder)) await host.files.removeTree(folder)
    }),
  )
  const exported = await host.files.exists(paths.exported)
  if (exported && (await foreignMachine(host, manager, name)) === undefined) {
    await host.run('umount', ['--quiet', paths.exported], { allowFailure: true })
    await host.files.removeEmptyDirectory(paths.exported)
  }
  await removeProfile(host, name)
  await removeRules(host, name)
  await forgetOutdated(host, name)
  // Only bin/nixos-container keeps the configuration beside the conf: a file of that name may be the user's own definition.
  const kept = settings.get('SYSTEM_PATH') === paths.systemProfile ? [paths.configuration, paths.flake] : []
  for (const file of [...kept, paths.stateLock, paths.wants, paths.unit]) await host.files.removeFile(file)
  // Killed while it started anew, systemd-nspawn may have made it after the unit's own clean-up.
  if (await host.files.exists(paths.ephemeralLock)) {
    await host.files.removeFile(paths.ephemeralLock)
    await host.files.removeEmptyDirectory(ephemeralFolder)
  }
  await removePackaged(host, name)
}

/** In between the conf, which tells the kind of one whose journal a reboot took. LXC's ids go where no conf needs them. */
async function removeMarks(host: Host, { manager }: Engine, name: string, kind: Kind): Promise<void> {
  const { unitRoot, conf, confRoot } = pathsOf(name)
  await host.files.removeFile(unitRoot)
  await host.files.removeFile(conf)
  await machineKinds[kind].removed?.(host, manager, name)
  await host.files.removeFile(confRoot)
}

/**
 * For `shell`: makes sure that containers begin with nothing left of earlier ones.
 * @throws OperationError, with nothing removed, where what is there is not ours
 */
export async function removeLeftovers(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  held: Held,
): Promise<void> {
  const ours: string[] = []
  for (const { name, settings } of declared) {
    const kind = kindOf(settings)
    const installed = await readInstalled(host, name)
    refuseForeign(name, installed)
    if (installed.kind === 'ours') ours.push(name)
    else if (await host.files.exists(stateOf(name, kind))) throw foreignState(name, kind)
  }
  if (ours.length > 0) await removeContainers(host, engine, ours, held)
}
