/** The links that make a container known. The gcroots go first in and last out: they are our mark. */
import type { Host } from '../host/host.ts'
import type { Declared } from './etc.ts'
import { type ExtraFiles, putExtraFiles } from './extra-files.ts'
import { pathsOf, unitName } from './paths.ts'

/** In the order in which they are made. */
export const linkNames = ['unitRoot', 'confRoot', 'conf', 'unit', 'wants'] as const

/** What each leads to; null where there is none. `extra` are those that its kind has beside them, by their paths. */
export type Links = Readonly<Record<(typeof linkNames)[number], string | null>> & { readonly extra?: ExtraFiles }

export function linksOf(container: Declared): Links {
  const paths = pathsOf(container.name)
  const starts = container.settings.get('AUTO_START') === '1'
  return {
    unitRoot: paths.unit,
    confRoot: paths.conf,
    conf: container.conf.path,
    unit: container.unit.path,
    wants: starts ? `../${unitName(container.name)}` : null,
  }
}

export async function readLinks(host: Host, name: string): Promise<Links> {
  const paths = pathsOf(name)
  const targets = await Promise.all(linkNames.map(async (link) => (await host.files.readLink(paths[link])) ?? null))
  return Object.fromEntries(linkNames.map((link, index) => [link, targets[index]])) as unknown as Links
}

/** Changes what differs, each link in one step. */
export async function putLinks(host: Host, name: string, links: Links): Promise<void> {
  const paths = pathsOf(name)
  await putExtraFiles(host, links.extra ?? {})
  const now = await readLinks(host, name)
  for (const link of linkNames) {
    const target = links[link]
    if (target !== null && target !== now[link]) await host.files.link(target, paths[link])
  }
  for (const link of linkNames.toReversed()) if (links[link] === null) await host.files.removeFile(paths[link])
}
