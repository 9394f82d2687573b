/** `generations`: lists, switches and deletes what a container was (docs/generations.md). */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { kindOf } from '../machine/kind.ts'
import { whileChanging } from './change.ts'
import { parseConf } from './conf.ts'
import { withInstalled } from './control.ts'
import { type Content, changesBetween, contentOf, type GenerationChange } from './generation-changes.ts'
import { choose, parseChoice } from './generation-choice.ts'
import { notInstalled, readInstalled, refuseForeign } from './installed.ts'
import type { Held } from './lock.ts'
import { checkName } from './names.ts'
import { pathsOf } from './paths.ts'
import {
  type Generation,
  hasSystemProfile,
  isInstalled,
  profileOf,
  readGenerationContainer,
  readGenerations,
  removeGenerations,
} from './profile.ts'
import { switchContainer, switchSystem } from './switch.ts'
import type { Engine } from './with-machines.ts'

export interface ChangeOptions {
  /** Fail instead of waiting for another command that works on the container. */
  noWait?: boolean
}

/** A container's generations, and where they are from. */
export interface Profile<One extends Generation = Generation> {
  path: string
  /** `container`: of the whole container. `system`: of its system alone, where nixos-container's commands made it. */
  of: 'container' | 'system'
  /** By number, never empty. None is current where something that makes no generations changed the container. */
  generations: readonly One[]
}

export interface ListedGeneration extends Generation {
  /** Against the one before it that is left; null for the first, and where one cannot be read. */
  changes: GenerationChange[] | null
}

/**
 * @throws UsageError for a bad name; OperationError where the container is not there, not ours or has no generations
 */
async function readProfile(host: Host, name: string): Promise<Profile> {
  const installed = await readInstalled(host, checkName(name))
  refuseForeign(name, installed)
  if (installed.kind === 'none') throw new OperationError(notInstalled(name))
  const settings = parseConf(installed.conf?.text ?? '')
  const ofSystem = hasSystemProfile(name, settings)
  const path = ofSystem ? pathsOf(name).systemProfile : profileOf(name, kindOf(settings))
  const generations = await readGenerations(host, path)
  if (generations.length === 0) {
    throw new OperationError(
      `Container "${name}" has no generations: the next create that changes it makes one. A shell session makes none.`,
    )
  }
  if (ofSystem) return { path, of: 'system', generations }
  const current = generations.find((generation) => generation.current)
  const holds = current !== undefined && (await isInstalled(host, current, name, installed))
  return {
    path,
    of: 'container',
    generations: holds ? generations : generations.map((generation) => ({ ...generation, current: false })),
  }
}

/**
 * All generations, the oldest first, each with what it changed.
 * @throws as readProfile
 */
export async function listGenerations(host: Host, name: string): Promise<Profile<ListedGeneration>> {
  const profile = await readProfile(host, name)
  const contents = await Promise.all(
    profile.generations.map(async (generation): Promise<Content | undefined> => {
      if (profile.of === 'system') return contentOf(host, undefined, generation.path)
      const container = await readGenerationContainer(host, generation, name)
      return container && contentOf(host, container, container.settings.get('SYSTEM_PATH'))
    }),
  )
  const generations = profile.generations.map((generation, index) => {
    const [before, after] = [contents[index - 1], contents[index]]
    return { ...generation, changes: before && after ? changesBetween(before, after) : null }
  })
  return { ...profile, generations }
}

/**
 * Makes a generation what the container is: a running one is updated in place where only its system differs, else
 * restarted; one that is down is installed.
 * @throws as readProfile; OperationError where there is no such generation (names those that there are), and where it does
 *   not start or cannot be switched to: the container is what it was before then
 */
export const switchGeneration = (
  host: Host,
  name: string,
  number: number,
  options: ChangeOptions = {},
): Promise<void> =>
  changeProfile(host, name, options, (engine, held, profile) => switchTo(host, engine, held, name, profile, number))

/**
 * The same with the generation before the current one.
 * @throws as switchGeneration; OperationError where none is before it
 */
export const rollbackGeneration = (host: Host, name: string, options: ChangeOptions = {}): Promise<void> =>
  changeProfile(host, name, options, async (engine, held, profile) => {
    const at = profile.generations.findIndex(({ current }) => current)
    // What something else installed came after all of them.
    const before = profile.generations.at(at < 0 ? -1 : at - 1)
    if (at === 0 || before === undefined) {
      throw new OperationError(
        `Container "${name}" has no generation before the current one. There are: ${numbersOf(profile.generations)}`,
      )
    }
    await switchTo(host, engine, held, name, profile, before.number)
  })

/**
 * @param which numbers, `old` (all but the current one), `30d` (those that were no longer current 30 days ago)
 * @returns the numbers of those that are gone
 * @throws as readProfile; UsageError for another word; OperationError for the current one and for one that is not there:
 *   none is deleted then
 */
export const deleteGenerations = async (
  host: Host,
  name: string,
  which: readonly string[],
  options: ChangeOptions = {},
): Promise<number[]> => {
  const choices = which.map(parseChoice)
  return changeProfile(host, name, options, async (_engine, _held, profile) => {
    // Also where something else is installed meanwhile: the profile leads to it.
    const generations = await readGenerations(host, profile.path)
    const chosen = new Set(choices.flatMap((choice) => choose(choice, generations, Date.now())))
    const numbers = [...chosen].sort((a, b) => a - b)
    requireThere(name, numbers, generations)
    const current = generations.find((generation) => generation.current)?.number
    if (current !== undefined && chosen.has(current)) {
      throw new OperationError(
        `Generation ${current} of container "${name}" is the current one, which cannot be deleted. ` +
          `Switch to another before: extra-container generations switch ${name} N`,
      )
    }
    if (numbers.length > 0) await removeGenerations(host, profile.path, numbers)
    return numbers
  })
}

const numbersOf = (generations: readonly Generation[]) => generations.map(({ number }) => number).join(', ')

function requireThere(name: string, numbers: readonly number[], generations: readonly Generation[]): void {
  const missing = numbers.filter((wanted) => !generations.some(({ number }) => number === wanted))
  if (missing.length === 0) return
  throw new OperationError(
    `Container "${name}" has no generation ${missing.join(', ')}. There are: ${numbersOf(generations)}`,
  )
}

const changeProfile = <T>(
  host: Host,
  name: string,
  options: ChangeOptions,
  use: (engine: Engine, held: Held, profile: Profile) => Promise<T>,
): Promise<T> =>
  withInstalled(
    host,
    [name],
    (engine) =>
      whileChanging(host, engine, [name], {}, async (held) => use(engine, held, await readProfile(host, name))),
    options,
  )

async function switchTo(
  host: Host,
  engine: Engine,
  held: Held,
  name: string,
  profile: Profile,
  number: number,
): Promise<void> {
  requireThere(name, [number], profile.generations)
  const to = profile.generations.find((generation) => generation.number === number) as Generation
  if (profile.of === 'system') await switchSystem(host, engine, name, profile.path, profile.generations, to)
  else await switchContainer(host, engine, held, name, profile.path, to)
}
