/** A container's generations: a profile of Nix, whose links are roots of the garbage collector. nix-env makes and removes most. */
import { basename, dirname } from 'node:path'
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Kind } from '../machine/kind.ts'
import { machineKinds } from '../machine/kinds.ts'
import type { Conf } from './conf.ts'
import { type Declared, readContainer } from './etc.ts'
import type { Installed } from './installed.ts'
import { gcRootFolder, pathsOf } from './paths.ts'

export interface Generation {
  number: number
  /** Milliseconds since 1970. */
  made: number
  /** Whether it is the one that the profile leads to. */
  current: boolean
  /** The store path that it keeps: a built etc; a system where nixos-container's commands made the container. */
  path: string
}

const folders = [...new Set(Object.values(machineKinds).map(({ profileFolder }) => profileFolder))]

export const profileOf = (name: string, kind: Kind): string => `${machineKinds[kind].profileFolder}/${name}`

/** Whether a container's system is in a profile of its own, as nixos-container's commands make it: its etc never changes. */
export const hasSystemProfile = (name: string, settings: Conf): boolean =>
  settings.get('SYSTEM_PATH') === pathsOf(name).systemProfile

/** How Nix calls generations: a container of such a name would take the place of one of another's. */
export const isLinkName = (name: string): boolean => /-\d+-link$/.test(name)

/** All generations of a profile, by number; [] where there is no such profile. */
export async function readGenerations(host: Host, profile: string): Promise<Generation[]> {
  const [folder, own] = [dirname(profile), basename(profile)]
  const [current, files] = await Promise.all([host.files.readLink(profile), host.files.list(folder)])
  const links = files.flatMap((file) => {
    const number = file.startsWith(`${own}-`) ? /^(\d{1,9})-link$/.exec(file.slice(own.length + 1))?.[1] : undefined
    return number === undefined ? [] : [{ number: Number(number), file, link: `${folder}/${file}` }]
  })
  const looked = host.files.look(links.map(({ link }) => ({ path: link, aspect: 'link' })))
  const generations = await Promise.all(
    links.map(async ({ number, file, link }, index) => {
      const path = (await host.files.readLink(link)) ?? ''
      return {
        number,
        made: looked[index]?.modified ?? 0,
        current: current !== undefined && basename(current) === file,
        path,
      }
    }),
  )
  return generations.sort((a, b) => a.number - b.number)
}

/** The container that a generation holds; undefined where it holds none that can be read. */
export async function readGenerationContainer(
  host: Host,
  { path }: Pick<Generation, 'path'>,
  name: string,
): Promise<Declared | undefined> {
  try {
    return await readContainer(host, `${path}/etc`, name)
  } catch (error) {
    if (error instanceof OperationError) return undefined
    throw error
  }
}

/** Whether a generation holds what is installed. */
export async function isInstalled(
  host: Host,
  generation: Pick<Generation, 'path'>,
  name: string,
  { unit, conf }: Pick<Installed & { kind: 'ours' }, 'unit' | 'conf'>,
): Promise<boolean> {
  if (unit === undefined || conf === undefined) return false
  const container = await readGenerationContainer(host, generation, name)
  return container?.unit.path === unit.path && container.conf.path === conf.path
}

// It would make .nix-defexpr in a home that has none.
const nixEnv = async (host: Host, profile: string, ...args: string[]): Promise<void> =>
  void (await host.run('nix-env', ['--profile', profile, ...args], { env: { HOME: '/proc/self' } }))

/**
 * Makes a store path the current generation: a new one, or the newest where that is this path.
 * @throws CommandError, OperationError
 */
export async function addGeneration(host: Host, profile: string, path: string): Promise<void> {
  await host.files.makeDirectory(dirname(profile))
  if (!isOpen(profile)) return nixEnv(host, profile, '--set', path)
  const newest = (await readGenerations(host, profile)).at(-1)
  const number = newest?.path === path ? newest.number : (newest?.number ?? 0) + 1
  await placeLink(host, path, `${profile}-${number}-link`)
  await selectGeneration(host, profile, number)
}

/** @throws CommandError, OperationError */
export const selectGeneration = (host: Host, profile: string, number: number): Promise<void> =>
  isOpen(profile)
    ? placeLink(host, `${basename(profile)}-${number}-link`, profile)
    : nixEnv(host, profile, '--switch-generation', String(number))

/** @throws CommandError */
export async function removeGenerations(host: Host, profile: string, numbers: readonly number[]): Promise<void> {
  if (!isOpen(profile)) return nixEnv(host, profile, '--delete-generations', ...numbers.map(String))
  for (const number of numbers) await host.files.removeFile(`${profile}-${number}-link`)
}

/**
 * Whether the container's root writes in its folder: nix-env would open, and write to, a lock beside the profile that is a
 * link to any file of the host. All links there are roots of the garbage collector, whoever made them.
 */
const isOpen = (profile: string): boolean => profile.startsWith('/nix/var/nix/profiles/per-container/')

async function placeLink(host: Host, target: string, path: string): Promise<void> {
  try {
    await host.files.link(target, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EISDIR') throw error
    throw new OperationError(`${path} is a folder, so it cannot lead to ${target}. Remove it.`)
  }
}

/** Links of profiles, and what a nix-env that was killed leaves; with the container that they are of. */
async function readFolder(host: Host, folder: string): Promise<{ path: string; name: string }[]> {
  const found = await Promise.all(
    (await host.files.list(folder)).map(async (file) => {
      const path = `${folder}/${file}`
      const name = /^(?:\.\d+_)?([A-Za-z0-9][A-Za-z0-9_-]*?)(?:-\d+-link|\.lock)?$/.exec(file)?.[1]
      const ours = name !== undefined && (file.endsWith('.lock') || (await host.files.readLink(path)) !== undefined)
      return ours ? [{ path, name }] : []
    }),
  )
  return found.flat()
}

/** Removes a container's profile with all generations, and the roots that Nix made for them. */
export async function removeProfile(host: Host, name: string): Promise<void> {
  const found = await Promise.all(folders.map((folder) => readFolder(host, folder)))
  const own = new Set(found.flat().flatMap(({ path, name: owner }) => (owner === name ? [path] : [])))
  if (own.size === 0) return
  for (const path of own) await host.files.removeFile(path)
  const roots = (await host.files.list(gcRootFolder)).map((file) => `${gcRootFolder}/${file}`)
  const targets = await Promise.all(roots.map((root) => host.files.readLink(root)))
  for (const [index, root] of roots.entries()) if (own.has(targets[index] ?? '')) await host.files.removeFile(root)
}

/** Names of all containers that something of a profile is there of. */
export async function listProfiles(host: Host): Promise<string[]> {
  const found = await Promise.all(folders.map((folder) => readFolder(host, folder)))
  return [...new Set(found.flat().map(({ name }) => name))].sort()
}
