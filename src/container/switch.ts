/** Makes a container what a generation of it is; where that fails, what it was before. */
import { Interrupted, OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { applyHeld } from './apply.ts'
import { parseConf } from './conf.ts'
import type { Declared } from './etc.ts'
import { readInstalled } from './installed.ts'
import type { Held } from './lock.ts'
import { type Generation, isInstalled, readGenerationContainer, readGenerations, selectGeneration } from './profile.ts'
import { updateContainers } from './update.ts'
import type { Engine } from './with-machines.ts'

/** @throws OperationError: it could not be switched to, and the container is as before, or the message says that it is not */
export async function switchContainer(
  host: Host,
  engine: Engine,
  held: Held,
  name: string,
  profile: string,
  to: Generation,
): Promise<void> {
  const target = await readGenerationContainer(host, to, name)
  if (target === undefined) {
    throw new OperationError(
      `Generation ${to.number} of container "${name}" cannot be read: ${to.path}. ` +
        `Choose another: extra-container generations ${name}`,
    )
  }
  const before = await readBefore(host, name)
  const up = ['running', 'starting'].includes((await engine.machines.states([name])).get(name) ?? '')
  const told = { say: host.note, failing: 'goes back' as const }
  const apply = (container: Declared, generation: Generation | undefined, start: boolean, signal?: AbortSignal) =>
    applyHeld(
      host,
      engine,
      [container],
      { mode: { start, update: true, restart: false }, recorded: generation, ...told, ...(signal ? { signal } : {}) },
      held,
    )
  await orBack(
    name,
    to,
    () => apply(target, to, false, host.interrupted),
    async () => {
      if (before === undefined || (await readBefore(host, name))?.conf.path === before.conf.path) return undefined
      // Without a generation of its own it became one when it was replaced.
      const { container = before, generation } = (await generationWith(host, name, profile, before)) ?? {}
      await apply(container, generation, up)
      return generation?.number
    },
  )
}

/** For those whose system alone is in a profile. @throws as switchContainer */
export async function switchSystem(
  host: Host,
  engine: Engine,
  name: string,
  profile: string,
  generations: readonly Generation[],
  to: Generation,
): Promise<void> {
  const before = generations.find(({ current }) => current)
  const running = (await engine.machines.states([name])).get(name) === 'running'
  const select = async ({ number }: Generation) => {
    await selectGeneration(host, profile, number)
    const settings = new Map([['SYSTEM_PATH', profile]])
    if (running) await updateContainers(host, engine, [{ name, settings }], 'goes back')
  }
  await orBack(
    name,
    to,
    () => select(to),
    async () => {
      if (before) await select(before)
      return before?.number
    },
  )
}

/** @param back gives the number of the generation that is back; undefined where nothing was changed */
async function orBack(
  name: string,
  to: Generation,
  go: () => Promise<void>,
  back: () => Promise<number | undefined>,
): Promise<void> {
  try {
    await go()
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    let number: number | undefined
    try {
      number = await back()
    } catch (later) {
      if (!(later instanceof OperationError)) throw later
      throw new OperationError(
        `Container "${name}" could not be switched to generation ${to.number}:\n${error.message}\n` +
          `Nor could it be switched back:\n${later.message}`,
        { cause: error },
      )
    }
    if (number === undefined || error instanceof Interrupted) throw error
    throw new OperationError(
      `Container "${name}" could not be switched to generation ${to.number}, and is generation ${number} again:\n${error.message}`,
      { cause: error },
    )
  }
}

/** What is installed, as it could be installed again; undefined where a part is missing. */
async function readBefore(host: Host, name: string): Promise<Declared | undefined> {
  const installed = await readInstalled(host, name)
  if (installed.kind !== 'ours' || !installed.unit || !installed.conf) return undefined
  return { name, unit: installed.unit, conf: installed.conf, settings: parseConf(installed.conf.text) }
}

async function generationWith(
  host: Host,
  name: string,
  profile: string,
  before: Declared,
): Promise<{ container: Declared; generation: Generation } | undefined> {
  for (const generation of (await readGenerations(host, profile)).reverse()) {
    if (!(await isInstalled(host, generation, name, before))) continue
    const container = await readGenerationContainer(host, generation, name)
    if (container) return { container, generation }
  }
  return undefined
}
