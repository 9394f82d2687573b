/**
 * What an evaluation saw, in a form that tells later whether any of it changed. What cannot be proven unchanged has no proof:
 * docs/cache.md.
 */
import { dirname } from 'node:path'
import type { Host, Looked } from '../host/host.ts'
import { type Aspect, mayAskForMore, parseReads, type Read, type Reads } from './reads.ts'

/** A file that changed this shortly before an evaluation may have changed once more within the same tick of its clock. */
const settled = 2000

type Printed = [path: string, aspect: Aspect, print: string]

export interface Seen {
  paths: Printed[]
  /**
   * Paths of which only matters what they are, by the folder they are in: while that did not change, none of them did.
   * A print of null: the folder changed so shortly before that a change after could not be told.
   */
  folders: [folder: string, print: string | null, members: Printed[]][]
  variables: [name: string, value: string | null][]
}

/** Whether what was read has the shape of one. */
export const isSeen = (seen: Partial<Seen> | null | undefined): seen is Seen =>
  [seen?.paths, seen?.folders, seen?.variables].every(Array.isArray)

/** Gives a function that tells whether all is as it was; it looks at what several have in common once. */
export function comparison(host: Host): (seen: Seen) => boolean {
  const now = (path: string, aspect: Aspect) => host.files.look([{ path, aspect }])[0]?.print
  const isPath = ([path, aspect, print]: Printed) => now(path, aspect) === print
  const isFolder = ([path, print, members]: Seen['folders'][number]) =>
    now(path, 'content') === print || members.every(isPath)
  const areSame = [once(isPath), once(isFolder)] as const
  return ({ variables, paths, folders }) =>
    variables.every(([name, value]) => (host.env[name] ?? null) === value) &&
    paths.every(areSame[0]) &&
    folders.every(areSame[1])
}

function once<T extends object>(test: (one: T) => boolean): (one: T) => boolean {
  const known = new Map<T, boolean>()
  return (one) => {
    const found = known.get(one) ?? test(one)
    known.set(one, found)
    return found
  }
}

export interface Observed {
  /** Milliseconds since 1970, before Nix began. */
  began: number
  /** Nix text that came from no file. */
  texts: readonly string[]
  /** The records of reads.c, cut where the evaluation of something else began. */
  records: readonly string[]
  /** Whether a variable is set by this program for Nix itself. */
  isOwnVariable: (name: string) => boolean
  /** Folder of Nix files that are known not to ask for more than the records tell. */
  trusted: string
}

/** Gives what was seen in each part of the records, up to the first that cannot be proven unchanged later. */
export async function prove(host: Host, observed: Observed): Promise<Seen[]> {
  const { began, trusted, isOwnVariable } = observed
  const parts = observed.records.map(parseReads)
  // Without the definition's own entry the object was not loaded, or does not know how this Nix reads.
  const complete = parts[0]?.paths.some(({ path }) => path === `${trusted}/eval-config.nix`)
  if (!complete || observed.texts.some(mayAskForMore)) return []
  const isTrusted = trustedFolders(parts, trusted)
  const proven: Seen[] = []
  for (const reads of parts) {
    if (reads === undefined) break
    const looked = host.files.look(reads.paths)
    const seen = reads.paths
      .map((read, index) => ({ read, now: looked[index] as Looked }))
      .filter(({ read, now }) => now.there || !read.temporary)
    const doubtful = seen.filter(({ read, now }) => !isSettled(read, now, began))
    if (!areSettledByFolder(host, doubtful, began) || !(await noneAsksForMore(host, reads, isTrusted))) break
    proven.push({
      ...byFolder(host, seen, began),
      variables: reads.variables.filter((name) => !isOwnVariable(name)).map((name) => [name, host.env[name] ?? null]),
    })
  }
  return proven
}

function byFolder(
  host: Host,
  seen: readonly { read: Read; now: Looked }[],
  began: number,
): Pick<Seen, 'paths' | 'folders'> {
  const paths: Printed[] = []
  const members = new Map<string, Printed[]>()
  for (const { read, now } of seen) {
    const printed: Printed = [read.path, read.aspect, now.print]
    // What a link leads to may be anywhere.
    if (read.aspect !== 'own-kind') paths.push(printed)
    else members.set(dirname(read.path), [...(members.get(dirname(read.path)) ?? []), printed])
  }
  const folders = [...members.keys()]
  const looked = host.files.look(folders.map((path) => ({ path, aspect: 'content' })))
  const print = (now: Looked | undefined) => (now?.there && now.changed < began - settled ? now.print : null)
  return { paths, folders: folders.map((path, index) => [path, print(looked[index]), members.get(path) ?? []]) }
}

/** Whether what is there after the evaluation must be what it saw. */
function isSettled(read: Read, now: Looked, began: number): boolean {
  if (now.there !== read.there) return false
  // Of a folder whose contents do not matter only its own age counts: others change what is in it all the time.
  const changed = now.folder && read.aspect !== 'content' ? now.born : now.changed
  return !now.there || changed < began - settled
}

/** What something is changes with the folder it is in: where that did not change, nothing was put in its place. */
function areSettledByFolder(host: Host, doubtful: readonly { read: Read; now: Looked }[], began: number): boolean {
  if (!doubtful.every(({ read, now }) => read.aspect.endsWith('kind') && read.there && now.there)) return false
  const folders = host.files.look(doubtful.map(({ read }) => ({ path: dirname(read.path), aspect: 'kind' })))
  return folders.every(({ there, changed }) => there && changed < began - settled)
}

/** nixpkgs asks for the time nowhere in what containers are made from; it names `builtins` in many ways. */
const inNixpkgs = /^(.*)\/nixos\/modules\/virtualisation\/(nixos-)?containers\.nix$/

function trustedFolders(parts: readonly (Reads | undefined)[], own: string): (path: string) => boolean {
  const read = parts.flatMap((reads) => [...(reads?.paths.map(({ path }) => path) ?? []), ...(reads?.stored ?? [])])
  const nixpkgs = read.flatMap((path) => inNixpkgs.exec(path)?.[1] ?? [])
  const folders = [
    own,
    // Read by the host base as files; nothing in them is Nix.
    ...['/usr', '/var/lib/dpkg'],
    ...nixpkgs.flatMap((path) => ['lib', 'nixos', 'pkgs'].map((folder) => `${path}/${folder}`)),
  ]
  return (path) => folders.some((folder) => path.startsWith(`${folder}/`))
}

async function noneAsksForMore(
  host: Host,
  { paths, stored }: Reads,
  isTrusted: (path: string) => boolean,
): Promise<boolean> {
  // Of any name: a file that is imported needs no suffix.
  const read = paths.filter(
    ({ path, aspect }) => aspect === 'content' && !host.files.look([{ path, aspect }])[0]?.folder,
  )
  for (const path of [...read.map(({ path }) => path), ...stored]) {
    if (!isTrusted(path) && mayAskForMore((await host.files.read(path)) ?? '')) return false
  }
  return true
}
