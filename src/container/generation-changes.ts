/** What a generation changed against the one before: units and packages of its system, options of the container. */
import type { Host } from '../host/host.ts'
import { differencesOf } from './differences.ts'
import type { Declared } from './etc.ts'
import { inStore } from './paths.ts'

export interface GenerationChange {
  /** `container`: a directive of the unit that runs it, a key of its conf. `system`: files of it that are neither of these. */
  what: 'unit' | 'package' | 'container' | 'system'
  name: string
  how: 'added' | 'removed' | 'changed'
  /** Versions of a package, values of an option of the container. Null where it has none, or had. */
  before: string | null
  after: string | null
}

/** What a generation holds, as far as it is compared. */
export interface Content {
  /** Undefined where the generation is a system. */
  container?: Declared | undefined
  /** Undefined where it is not in the store: what a profile leads to later is nothing that a generation keeps. */
  system: string | undefined
  units: ReadonlyMap<string, string>
  /** Name to versions and store paths. */
  packages: ReadonlyMap<string, { versions: string; paths: string }>
}

export async function contentOf(
  host: Host,
  container: Declared | undefined,
  path: string | undefined,
): Promise<Content> {
  const system = inStore(path) ? path : undefined
  if (system === undefined) return { container, system, units: new Map(), packages: new Map() }
  const [units, packages] = await Promise.all([
    unitsIn(host, `${system}/etc/systemd/system`),
    packagesIn(host, `${system}/sw`),
  ])
  return { container, system, units, packages }
}

const folderOfUnits = /^(.+)\.(wants|requires|upholds|d)$/

/** A unit's name to all that the folder says of it: its file, drop-ins, and which units want it. */
async function unitsIn(host: Host, folder: string): Promise<Map<string, string>> {
  const units = new Map<string, string>()
  const add = (unit: string, text: string) => units.set(unit, `${units.get(unit) ?? ''}${text}\n`)
  /** A link into the store says as much as its text. */
  const textOf = async (path: string) => (await host.files.readLink(path)) ?? (await host.files.read(path)) ?? ''
  const read = async (file: string): Promise<[string, string][]> => {
    const path = `${folder}/${file}`
    const [, unit, kind] = folderOfUnits.exec(file) ?? []
    if (unit === undefined || kind === undefined) return [[file, await textOf(path)]]
    return Promise.all(
      (await host.files.list(path)).map(async (name): Promise<[string, string]> => {
        return kind === 'd' ? [unit, `${name} ${await textOf(`${path}/${name}`)}`] : [name, `${kind} ${unit}`]
      }),
    )
  }
  for (const found of await Promise.all((await host.files.list(folder)).map(read)))
    for (const [unit, text] of found) add(unit, text)
  return units
}

const storePath = /^\/nix\/store\/[^/]+/

/** The packages that a tree of links was made from. */
async function packagesIn(host: Host, tree: string): Promise<Content['packages']> {
  const real = await host.files.realPath(tree)
  const own = storePath.exec(real ?? '')?.[0]
  // nixpkgs makes the tree a store path of its own: what it refers to are its packages.
  const paths = real === own && real !== undefined ? await referencesOf(host, real) : await linkedIn(host, tree)
  const packages = new Map<string, { versions: Set<string>; paths: Set<string> }>()
  for (const path of [...paths].sort()) {
    const { name, version } = parsePackage(path)
    const known = packages.get(name) ?? { versions: new Set(), paths: new Set() }
    known.versions.add(version)
    known.paths.add(path)
    packages.set(name, known)
  }
  return new Map(
    [...packages].map(([name, found]) => [
      name,
      { versions: [...found.versions].join(', '), paths: [...found.paths].join(' ') },
    ]),
  )
}

async function referencesOf(host: Host, path: string): Promise<string[]> {
  const { stdout } = await host.run('nix-store', ['--query', '--references', path], { allowFailure: true })
  return stdout.split('\n').filter((line) => storePath.test(line) && line !== path)
}

async function linkedIn(host: Host, folder: string): Promise<Set<string>> {
  const paths = new Set<string>()
  await Promise.all(
    (await host.files.list(folder)).map(async (file) => {
      const link = await host.files.readLink(`${folder}/${file}`)
      const path = storePath.exec(link ?? '')?.[0]
      if (path !== undefined) paths.add(path)
      if (link === undefined) for (const below of await linkedIn(host, `${folder}/${file}`)) paths.add(below)
    }),
  )
  return paths
}

/** As Nix does: the version begins at the first dash that no letter follows. Outputs of one package are one. */
export function parsePackage(path: string): { name: string; version: string } {
  const full = path.replace(/^\/nix\/store\/[^/-]+-/, '')
  const [, name = full, rest = ''] = /^(.+?)-([^A-Za-z].*)$/.exec(full) ?? []
  return { name, version: rest.replace(/-(bin|dev|devdoc|doc|info|lib|man|out|static)$/, '') }
}

export function changesBetween(before: Content, after: Content): GenerationChange[] {
  const change = (what: GenerationChange['what'], name: string, from: string | null, to: string | null) => {
    const how = from === null ? ('added' as const) : to === null ? ('removed' as const) : ('changed' as const)
    return { what, name, how, before: from, after: to }
  }
  const found: GenerationChange[] = []
  if (before.system !== undefined && after.system !== undefined && before.system !== after.system) {
    for (const name of differing(before.units, after.units)) {
      const { how } = change('unit', name, before.units.get(name) ?? null, after.units.get(name) ?? null)
      found.push({ what: 'unit', name, how, before: null, after: null })
    }
    const [old, now] = [before.packages, after.packages]
    for (const name of differing(old, now, (one) => one.paths)) {
      found.push(change('package', name, old.get(name)?.versions ?? null, now.get(name)?.versions ?? null))
    }
    if (found.length === 0) found.push(change('system', 'other files', before.system, after.system))
  }
  if (before.container && after.container) {
    const { unit, conf } = before.container
    for (const one of differencesOf(after.container, { kind: 'ours', unit, conf })) {
      if (one.what !== 'system') found.push(change('container', one.key, one.before, one.after))
    }
  }
  return found
}

function differing<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  of: (one: T) => unknown = (one) => one,
) {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  const print = (one: T | undefined) => (one === undefined ? undefined : of(one))
  return names.filter((name) => print(before.get(name)) !== print(after.get(name)))
}
