/** Makes what was installed a generation of each container's profile. Goes on beside the start of the containers. */
import { OperationError, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { kindOf } from '../machine/kind.ts'
import { parseConf } from './conf.ts'
import { confIn, type Declared } from './etc.ts'
import type { Failures } from './failures.ts'
import { readInstalled } from './installed.ts'
import {
  addGeneration,
  hasSystemProfile,
  isInstalled,
  isLinkName,
  profileOf,
  readGenerations,
  selectGeneration,
} from './profile.ts'
import { endSteps } from './steps.ts'

/** What containers are installed from. */
export interface Recorded {
  /** A store path that holds `etc`. */
  path: string
  /** The generation that it is already; undefined: it becomes one. */
  number?: number | undefined
}

/**
 * What a built etc is as a generation; undefined where it can be none: it is not in the store, or there is no Nix of
 * this machine's own, as in a container that has the store of its host.
 */
export async function generationOf(host: Host, etc: string): Promise<Recorded | undefined> {
  const path = storePathOf(await host.files.realPath(etc))
  return path !== undefined && (await hasNix(host)) ? { path } : undefined
}

async function hasNix(host: Host): Promise<boolean> {
  if (host.env.NIX_REMOTE) return true
  const mounts = await host.files.read('/proc/self/mountinfo')
  return (await host.files.exists(database)) && !mounts?.includes(` ${database} ro`)
}

const database = '/nix/var/nix/db'

const storePathOf = (etc: string | undefined) => /^(\/nix\/store\/[^/]+)\/etc$/.exec(etc ?? '')?.[1]

/** The containers whose generations are ours to make. @throws UsageError for a name that profiles cannot have */
export function recordable(containers: readonly Declared[]): Declared[] {
  for (const { name } of containers) {
    if (!isLinkName(name)) continue
    const other = name.replace(/-\d+-link$/, '')
    throw new UsageError(
      `"${name}" is what Nix calls a generation of a container "${other}". Give the container another name.`,
    )
  }
  return containers.filter(({ name, settings }) => !hasSystemProfile(name, settings))
}

/**
 * To be called before containers are replaced: what is installed of them and is not their current generation. An earlier
 * version installed it, `shell --no-destroy`, or a command that was killed.
 */
export async function unrecorded(host: Host, containers: readonly Declared[]): Promise<Map<string, string>> {
  const found = await Promise.all(
    containers.map(async ({ name }): Promise<[string, string] | undefined> => {
      const installed = await readInstalled(host, name)
      const conf = installed.kind === 'ours' ? installed.conf : undefined
      if (installed.kind !== 'ours' || conf === undefined) return undefined
      const generations = await readGenerations(host, profileOf(name, kindOf(parseConf(conf.text))))
      const current = generations.find((generation) => generation.current)
      if (current && (await isInstalled(host, current, name, installed))) return undefined
      // What another tool installed may have its files in store paths of their own.
      const path = storePathOf(/^(.+)\/(?:nixos-)?containers\/[^/]+$/.exec(conf.path)?.[1])
      const holds = path !== undefined && (await isInstalled(host, { path }, name, installed))
      return holds ? [name, path] : undefined
    }),
  )
  return new Map(found.filter((one) => one !== undefined))
}

/**
 * @param before what `unrecorded` gave
 * @returns those that have got no generation; never throws one's failure
 */
export async function recordContainers(
  host: Host,
  containers: readonly Declared[],
  before: ReadonlyMap<string, string>,
  recorded: Recorded,
): Promise<Failures> {
  const failures: Failures = new Map()
  const left = [...containers]
  const work = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { name, settings } = next
      try {
        await recordOne(host, name, profileOf(name, kindOf(settings)), before.get(name), recorded)
      } catch (error) {
        // A full disk has a code, what is wrong in here has none.
        if (!(error instanceof OperationError) && !(error instanceof Error && 'code' in error)) throw error
        failures.set(name, `Container "${name}" got no new generation: ${error.message}`)
      }
    }
  }
  // Not all at once: the containers that start need the processors.
  await Promise.all([work(), work()])
  return failures
}

async function recordOne(
  host: Host,
  name: string,
  profile: string,
  before: string | undefined,
  { path, number }: Recorded,
): Promise<void> {
  try {
    if (before !== undefined && before !== path) {
      await addGeneration(host, profile, before).catch((error: unknown) => {
        // It may be garbage by now.
        if (!(error instanceof OperationError)) throw error
        host.note(`What was installed of "${name}" before is kept as no generation: ${error.message}`)
      })
    }
    if (number === undefined) await addGeneration(host, profile, path)
    else await selectGeneration(host, profile, number)
  } finally {
    await endSteps(host, name)
  }
}

/** Finishes what a command was killed in. @returns whether it could be done */
export async function finishRecord(host: Host, name: string, { path, number }: Recorded): Promise<boolean> {
  const installed = await readInstalled(host, name)
  const conf = installed.kind === 'ours' ? installed.conf : undefined
  try {
    if (conf === undefined || (await host.files.realPath(await confIn(host, `${path}/etc`, name))) !== conf.path) {
      return false
    }
    await recordOne(host, name, profileOf(name, kindOf(parseConf(conf.text))), undefined, { path, number })
    return true
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    host.note(`Container "${name}" got no new generation: ${error.message}`)
    return false
  } finally {
    await endSteps(host, name)
  }
}
