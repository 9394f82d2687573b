/**
 * Files that a kind of container has beside its unit and its conf: other names of the unit, and what systemd-nspawn and
 * systemd-networkd read. Several containers may share one (a zone's network); it goes with the last of them.
 */
import { dirname, posix } from 'node:path'
import type { Host } from '../host/host.ts'
import { parseNeeds } from './needs.ts'
import { inStore, nameOfUnit, unitFolder, unitName } from './paths.ts'

/** Path on the host -> what the link there leads to; null where there is none. */
export type ExtraFiles = Readonly<Record<string, string | null>>

const unitPrefix = 'systemd/system/'
const allowed = /^systemd\/(system\/[^/]+\.service|nspawn\/[^/]+\.nspawn|network\/[^/]+\.network)$/

/** Those that the built etc has in which this unit is. */
export async function extraFilesOf(host: Host, name: string, unit: string | null): Promise<ExtraFiles> {
  if (unit === null || !inStore(unit)) return {}
  const etc = dirname(dirname(dirname(unit)))
  const links = parseNeeds(await host.files.read(`${etc}/extra-container/${name}.json`))?.links ?? []
  return Object.fromEntries(
    links
      .filter((link) => allowed.test(link))
      .map((link) =>
        link.startsWith(unitPrefix)
          ? [posix.join(unitFolder, link.slice(unitPrefix.length)), unitName(name)]
          : [`/etc/${link}`, `${etc}/${link}`],
      ),
  )
}

/** What is at these paths now. */
export const readExtraFiles = async (host: Host, paths: readonly string[]): Promise<ExtraFiles> =>
  Object.fromEntries(
    await Promise.all(paths.map(async (path) => [path, (await host.files.readLink(path)) ?? null] as const)),
  )

/** Links or removes; what somebody else put in the place of one is left. */
export async function putExtraFiles(host: Host, files: ExtraFiles): Promise<void> {
  for (const [path, target] of Object.entries(files)) {
    const now = await host.files.readLink(path)
    if (now === target || (now === undefined ? await host.files.exists(path) : !isOurs(now))) continue
    if (target === null) await host.files.removeFile(path)
    else await host.files.link(target, path)
  }
}

const isOurs = (link: string) => inStore(link) || nameOfUnit(link) !== undefined
