/** Whose a container is, told from what the host holds under its name. Pure; docs/ownership.md says it in words. */
import { parseConf } from './conf.ts'
import { inStore, type pathsOf } from './paths.ts'

/** A path on the host: `link` is the text of the link that it is. */
export interface Mark {
  exists: boolean
  link: string | undefined
}

export interface Marks {
  paths: ReturnType<typeof pathsOf>
  unit: Mark
  /** Where the bash tool puts the unit on other distributions than NixOS. */
  packagedUnit: Mark
  conf: Mark
  /** Text of a conf that is a plain file. */
  confText: string | undefined
  unitRoot: string | undefined
  confRoot: string | undefined
  /** Another unit of that name, in a folder that systemd searches and that we never write to, and where its links lead. */
  other: { path: string; real: string | undefined } | undefined
}

/** `unrooted`: the garbage collector may take the container's files. */
export type Ownership = { kind: 'none' } | { kind: 'ours'; unrooted?: true } | Foreign
export interface Foreign {
  kind: 'foreign'
  owner: string
  remedy: string
}

const foreign = (owner: string, remedy: string): Foreign => ({ kind: 'foreign', owner, remedy })
const rename = 'Give this container another name.'
const byHand = (path: string) => foreign(`whoever made ${path}`, rename)
const elsewhere = 'Change it there, or give this container another name.'

/** Configurations of a whole host reach /etc through a folder of links of their own. */
const configurations: readonly [prefix: string, owner: string][] = [
  ['/etc/static/', "this host's NixOS configuration"],
  ['/etc/.system-manager-static/', "this host's system-manager configuration"],
]

function configurationOf(link: string | undefined): Foreign | undefined {
  const found = configurations.find(([prefix]) => link?.startsWith(prefix))
  return found && foreign(found[1], elsewhere)
}

/** What nixos-container writes: an address book without the system, which a profile names. */
function isOfNixosContainer(text: string): boolean {
  const settings = parseConf(text)
  return settings.has('PRIVATE_NETWORK') && !settings.has('SYSTEM_PATH')
}

/** Whose marks these are. The first that is somebody else's decides. */
export function ownerOf(name: string, marks: Marks): Ownership {
  const { paths, unit, packagedUnit, conf } = marks
  const configured = configurationOf(conf.link) ?? configurationOf(unit.link) ?? configurationOf(packagedUnit.link)
  if (configured) return configured
  if (marks.other) {
    return inStore(marks.other.real) ? foreign("this host's configuration", elsewhere) : byHand(marks.other.path)
  }
  const unitRoots = [paths.unit, paths.packagedUnit]
  if (marks.unitRoot !== undefined && !unitRoots.includes(marks.unitRoot)) {
    return foreign(`another tool (its unit is ${marks.unitRoot})`, 'Remove it with that tool first.')
  }
  const unitRooted = marks.unitRoot !== undefined
  const confRooted = marks.confRoot === paths.conf
  const unitLinked = inStore(unit.link) || inStore(packagedUnit.link)
  if (conf.exists && !inStore(conf.link)) {
    // Ours, overwritten: all else bears our marks.
    const overwritten = unitLinked && unitRooted && confRooted && !isOfNixosContainer(marks.confText ?? '')
    if (!overwritten && conf.link !== undefined) return byHand(paths.conf)
    if (!overwritten) return foreign('nixos-container', `Remove it first: nixos-container destroy ${name}`)
  }
  if (unit.exists && !inStore(unit.link)) return byHand(paths.unit)
  if (packagedUnit.exists && !inStore(packagedUnit.link)) return byHand(paths.packagedUnit)
  if (unitRooted && confRooted) return { kind: 'ours' }
  if (unitRooted || confRooted) return { kind: 'ours', unrooted: true }
  if (conf.exists) return byHand(unit.exists ? paths.unit : packagedUnit.exists ? paths.packagedUnit : paths.conf)
  // What the bash tool's destroy leaves of ours where it looks for units elsewhere.
  return unitLinked ? { kind: 'ours', unrooted: true } : { kind: 'none' }
}
