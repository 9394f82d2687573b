/** Links containers' files into place, whole or not at all. */
import type { Host } from '../host/host.ts'
import { kindOf } from '../machine/kind.ts'
import { allOf, orUndo } from './always.ts'
import type { Declared } from './etc.ts'
import { type Links, putLinks } from './links.ts'
import { confFolder, gcRootFolder, inStore, pathsOf, stateFolder, unitFolder, wantsFolder } from './paths.ts'
import type { Recorded } from './record.ts'
import { changeOfLinks } from './shared-files.ts'
import { beginSteps, endSteps, type Journal } from './steps.ts'
import { hideUnits, showUnits } from './unit-path.ts'
import type { Engine } from './with-machines.ts'

type Install = Journal & { doing: 'install' }

/**
 * Installs or replaces, and makes systemd read what is new.
 * @param unheard whether systemd has not heard of any of them: it finds such units without rereading the others
 * @param recorded what they get as a generation afterwards, which is noted for the next command
 * @throws what went wrong; all is as it was before then
 */
export async function installContainers(
  host: Host,
  engine: Engine,
  containers: readonly Declared[],
  { unheard, recorded }: { unheard: boolean; recorded?: { of: readonly Declared[]; as: Recorded } | undefined },
): Promise<void> {
  if (containers.length === 0) return
  const names = containers.map(({ name }) => name)
  const journals = await Promise.all(
    containers.map(async (container): Promise<[string, Install]> => {
      return [container.name, { doing: 'install', ...(await changeOfLinks(host, container)) }]
    }),
  )
  await orUndo(
    host,
    async () => {
      await allOf(journals.map(([name, journal]) => beginSteps(host, name, journal)))
      for (const folder of [unitFolder, confFolder, gcRootFolder]) await host.files.makeDirectory(folder)
      // A program that a container's root leaves in there with the setuid bit is one of the host's root.
      if (containers.some(({ settings }) => kindOf(settings) === 'container')) {
        await host.files.makeDirectory(stateFolder, 0o700)
      }
      await allOf(journals.map(([name, { after }]) => putLinks(host, name, after)))
      await allOf(names.map((name) => removePackaged(host, name)))
      await tidyFolders(host)
      await showUnits(host, names)
      if (!unheard) await engine.machines.reload()
    },
    async () => void (await allOf(journals.map(([name, journal]) => undoInstall(host, engine, name, journal)))),
  )
  const toRecord = new Set(recorded?.of.map(({ name }) => name))
  await allOf(
    names.map((name) =>
      recorded && toRecord.has(name)
        ? beginSteps(host, name, { doing: 'record', ...recorded.as })
        : endSteps(host, name),
    ),
  )
}

/**
 * Puts the links of before back; where these lead nowhere any more (garbage was collected), the new ones.
 * @returns whether the installation was finished instead of undone
 */
export async function undoInstall(
  host: Host,
  engine: Engine,
  name: string,
  { before, after }: Install,
): Promise<boolean> {
  const finish = !(await leadSomewhere(host, before)) && (await leadSomewhere(host, after))
  const links = finish ? after : before
  engine.stale = true
  await putLinks(host, name, links)
  await tidyFolders(host)
  if (links.unit === null) await hideUnits(host, [name])
  else await showUnits(host, [name])
  await endSteps(host, name)
  return finish
}

/** Half a container is nothing to go back to. */
async function leadSomewhere(host: Host, links: Links): Promise<boolean> {
  if ((links.unit === null) !== (links.conf === null)) return false
  const targets = [links.unit, links.conf].filter((target) => target !== null)
  return (await Promise.all(targets.map((target) => host.files.exists(target)))).every(Boolean)
}

/** What the bash tool linked: replaced by ours. */
export async function removePackaged(host: Host, name: string): Promise<void> {
  const paths = pathsOf(name)
  if (!inStore(await host.files.readLink(paths.packagedUnit))) return
  if ((await host.files.readLink(paths.packagedWants)) !== undefined) await host.files.removeFile(paths.packagedWants)
  await host.files.removeFile(paths.packagedUnit)
}

/** The folder is the host's where something is left in it. */
export const tidyFolders = (host: Host): Promise<void> => host.files.removeEmptyDirectory(wantsFolder)
