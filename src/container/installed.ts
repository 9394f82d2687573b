/** What this host holds under a container's name, and whose it is. */
import { ForeignContainer, OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { type Kind, kindOf } from '../machine/kind.ts'
import { foreignMachine } from '../machine/registered.ts'
import { machineOf } from '../machine/systemd.ts'
import { parseConf } from './conf.ts'
import type { StoreFile } from './etc.ts'
import { isName } from './names.ts'
import { type Foreign, type Mark, type Marks, ownerOf } from './ownership.ts'
import { gcRootFolder, nameOfUnit, pathsOf, stateOf, unitFolder, unitName } from './paths.ts'
import type { Engine } from './with-machines.ts'

export type Installed =
  /** Nothing bears the name, but perhaps a state folder. */
  | { kind: 'none' }
  /** Ours. A file is undefined where the container is half removed, or was half installed. */
  | { kind: 'ours'; unit: StoreFile | undefined; conf: StoreFile | undefined; unrooted?: true }
  /** Somebody else's: never touched. */
  | Foreign

/** Folders that systemd searches beside ours; a unit of the name there is never ours. */
const otherFolders = ['/etc/systemd/system', '/run/systemd/system', '/usr/local/lib/systemd/system']

async function otherUnit(host: Host, name: string): Promise<Marks['other']> {
  for (const folder of otherFolders) {
    const path = `${folder}/${unitName(name)}`
    if (!(await host.files.exists(path))) continue
    // unit-path.ts makes links to ours.
    if ((await host.files.readLink(path)) === pathsOf(name).unit) continue
    if ((await host.files.realPath(folder)) === unitFolder) continue
    return { path, real: await host.files.realPath(path) }
  }
  return undefined
}

async function readMarks(host: Host, name: string): Promise<Marks> {
  const paths = pathsOf(name)
  const markOf = async (path: string): Promise<Mark> => {
    const [exists, link] = await Promise.all([host.files.exists(path), host.files.readLink(path)])
    return { exists, link }
  }
  const [unit, packagedUnit, conf, unitRoot, confRoot, other] = await Promise.all([
    markOf(paths.unit),
    markOf(paths.packagedUnit),
    markOf(paths.conf),
    host.files.readLink(paths.unitRoot),
    host.files.readLink(paths.confRoot),
    otherUnit(host, name),
  ])
  const confText = conf.exists && conf.link === undefined ? (await readStored(host, paths.conf))?.text : undefined
  return { paths, unit, packagedUnit, conf, confText, unitRoot, confRoot, other }
}

/** What the name stands for on this host. A file of ours that cannot be read counts as missing. */
export async function readInstalled(host: Host, name: string): Promise<Installed> {
  const marks = await readMarks(host, name)
  const owner = ownerOf(name, marks)
  if (owner.kind !== 'ours') return owner
  const { paths } = marks
  const [unit, conf] = await Promise.all([
    readStored(host, marks.unit.exists ? paths.unit : paths.packagedUnit),
    readStored(host, paths.conf),
  ])
  return { ...owner, unit, conf }
}

async function readStored(host: Host, path: string): Promise<StoreFile | undefined> {
  try {
    const [real, text] = await Promise.all([host.files.realPath(path), host.files.read(path)])
    return real === undefined || text === undefined ? undefined : { path: real, text }
  } catch (error) {
    // A folder, or a circle of links.
    if (['EISDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** @throws OperationError that names the owner, for what is not ours */
export function refuseForeign(
  name: string,
  installed: Installed,
): asserts installed is Exclude<Installed, { kind: 'foreign' }> {
  if (installed.kind !== 'foreign') return
  throw new ForeignContainer(
    `Container "${name}" belongs to ${installed.owner}, and is left alone. ${installed.remedy}`,
  )
}

export const notInstalled = (name: string): string =>
  `Container "${name}" is not installed. Show those that are: extra-container list`

/** For a root folder that is there although no container of ours bears the name: its data is somebody else's. */
export const foreignState = (name: string, kind: Kind): OperationError =>
  new OperationError(
    `${stateOf(name, kind)} exists and belongs to no container of extra-container. ` +
      'Move it away, or let the container take it over: extra-container shell --no-destroy',
  )

/** @throws OperationError where another kind of container has the name */
export function refuseOtherKind(name: string, kind: Kind, installed: Installed): void {
  if (installed.kind !== 'ours' || installed.conf === undefined) return
  const other = kindOf(parseConf(installed.conf.text))
  if (other === kind) return
  throw new OperationError(
    `Container "${name}" is of kind ${other}, and the definition's is of kind ${kind}. ` +
      `Give it another name, or remove the one that is there: extra-container destroy ${name}`,
  )
}

/** @throws OperationError where a machine of another program has the name that a container would be registered by */
export async function refuseForeignMachines(
  host: Host,
  { manager }: Pick<Engine, 'manager'>,
  starting: readonly { name: string }[],
): Promise<void> {
  for (const { name } of starting) {
    const unit = await foreignMachine(host, manager, name)
    if (unit === undefined) continue
    throw new OperationError(
      `Container "${name}" cannot start: a machine of that name, run by ${unit}, is registered already. ` +
        `Stop it (machinectl poweroff ${machineOf(name)}), or give this container another name.`,
    )
  }
}

/** The kind of one that is installed; 'container' where its conf is missing or damaged. */
export async function installedKind(host: Host, name: string): Promise<Kind> {
  return kindOf(parseConf((await readStored(host, pathsOf(name).conf))?.text ?? ''))
}

/** Names of all our containers, half removed ones included, sorted. Reads two folders and the links in them. */
export async function listInstalled(host: Host): Promise<string[]> {
  const [units, roots] = await Promise.all([host.files.list(unitFolder), host.files.list(gcRootFolder)])
  const marked = roots.map((root) => /^extra-container-(.+?)(\.conf)?$/.exec(root)?.[1])
  const names = new Set([...units.map(nameOfUnit), ...marked].filter((name) => name !== undefined).filter(isName))
  const found = await Promise.all([...names].map(async (name) => [name, await readInstalled(host, name)] as const))
  return found
    .filter(([, installed]) => installed.kind === 'ours')
    .map(([name]) => name)
    .sort()
}
