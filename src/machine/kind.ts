/** Kinds of containers. The line KIND= of the conf tells them; `containers.NAME` has none. */

export const kinds = ['container', 'nspawn', 'lxc'] as const

export type Kind = (typeof kinds)[number]

/** @param settings what the conf says */
export function kindOf(settings: ReadonlyMap<string, string>): Kind {
  const kind = settings.get('KIND')
  return kind === 'nspawn' || kind === 'lxc' ? kind : 'container'
}
