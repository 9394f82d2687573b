/** Files beside units and confs, as all containers of the host have them: shared by some, or not ours at all. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Declared } from './etc.ts'
import { type ExtraFiles, extraFilesOf, readExtraFiles } from './extra-files.ts'
import { listInstalled } from './installed.ts'
import { type Links, linksOf, readLinks } from './links.ts'
import { inStore, pathsOf } from './paths.ts'
import { readSteps } from './steps.ts'

/** The links as they are and as they are to be. */
export async function changeOfLinks(host: Host, container: Declared): Promise<{ before: Links; after: Links }> {
  const { name } = container
  const before = await readLinks(host, name)
  const after = linksOf(container)
  const [old, wanted] = await Promise.all([
    extraFilesOf(host, name, before.unit),
    extraFilesOf(host, name, container.unit.path),
  ])
  const all = Object.keys({ ...old, ...wanted })
  if (all.length === 0) return { before, after }
  const unused = Object.keys(old).filter((path) => !(path in wanted))
  return {
    before: { ...before, extra: await readExtraFiles(host, all) },
    after: { ...after, extra: { ...wanted, ...(await withoutContainers(host, unused, [name])) } },
  }
}

/**
 * Where these paths lead when some containers do not use them any more: to another container's that shares them, or null.
 * @param without containers that do not count
 */
export async function withoutContainers(
  host: Host,
  paths: readonly string[],
  without: readonly string[],
): Promise<ExtraFiles> {
  if (paths.length === 0) return {}
  const left: Record<string, string | null> = Object.fromEntries(paths.map((path) => [path, null]))
  for (const name of await listInstalled(host)) {
    if (without.includes(name) || (await readSteps(host, name).catch(() => undefined))?.doing === 'destroy') continue
    const files = await extraFilesOf(host, name, (await host.files.readLink(pathsOf(name).unit)) ?? null)
    for (const path of paths) left[path] ??= files[path] ?? null
  }
  return left
}

/** @throws OperationError where something is in the place of one that is not ours */
export async function refuseForeignFiles(host: Host, declared: readonly Declared[]): Promise<void> {
  for (const { name, unit } of declared) {
    for (const [path, target] of Object.entries(await extraFilesOf(host, name, unit.path))) {
      if (!(await host.files.exists(path))) continue
      const now = await host.files.readLink(path)
      if (now === target || (inStore(target ?? undefined) && inStore(now))) continue
      throw new OperationError(
        `Container "${name}" needs ${path}, and that is there already and not ours. ` +
          'Move it away, or give the container (or its zone) another name.',
      )
    }
  }
}
