/** `nixcloud-container create` and `update`. */
import { dirname, resolve } from 'node:path'
import { OperationError, UsageError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { thenAlways } from '../always.ts'
import { applyContainers } from '../apply.ts'
import { releaseAddresses } from '../claims.ts'
import { checkName } from '../names.ts'
import { stateOf } from '../paths.ts'
import type { Step } from '../plan.ts'
import { generationOf } from '../record.ts'
import { updateInstalled } from '../update.ts'
import { type Engine, withMachines } from '../with-machines.ts'
import { buildNixcloud, checkFile } from './build.ts'
import { findNixcloud, runs } from './installed.ts'

/** The file that a container was built from last, at the place where the original keeps it. Outside its root folder. */
const configPath = (name: string) => `${stateOf(name, 'lxc')}/nixConfigPath`

/**
 * @param nixFlags passed on to nix-build as they are
 * @throws UsageError, OperationError; nothing is left of it then
 */
export const createNixcloud = (host: Host, name: string, file: string, nixFlags: readonly string[]): Promise<void> =>
  alone(host, name, async () => {
    if (await findNixcloud(host, name)) {
      throw new OperationError(
        `Container "${name}" already exists. Change it: nixcloud-container update ${name} ${JSON.stringify(file)}`,
      )
    }
    await install(host, name, file, nixFlags, undefined)
  })

/**
 * Builds it anew; one that runs takes the new system over in place. One that is not there is created.
 * @param file undefined: what it was built from last
 */
export const updateNixcloud = (
  host: Host,
  name: string,
  file: string | undefined,
  nixFlags: readonly string[],
): Promise<void> =>
  alone(host, name, async () => {
    const settings = await findNixcloud(host, name)
    const from = file ?? (settings && (await host.files.read(configPath(name)))?.trim())
    if (from === undefined) {
      throw new UsageError(
        settings
          ? `From which file container "${name}" was built is not known. Give it: nixcloud-container update ${name} FILE`
          : `Container "${name}" does not exist. Create it: nixcloud-container create ${name} FILE`,
      )
    }
    if (settings === undefined) host.note(`Container "${name}" does not exist: it is created.`)
    else if (file === undefined) host.note(`Building container "${name}" from ${from}, as the last time.`)
    const { change, running } = await install(host, name, from, nixFlags, settings?.get('LOCAL_ADDRESS'))
    if (!running) return
    if (change === 'container') {
      host.note(
        `What differs outside of its system takes effect when "${name}" starts next: nixcloud-container stop ${name}; ` +
          `nixcloud-container start ${name}`,
      )
    }
    await updateInstalled(host, [name], {})
  })

/** Of two for the same name, the second sees what the first has made. */
async function alone<T>(host: Host, name: string, use: () => Promise<T>): Promise<T> {
  const lock = await host.lock(`nixcloud-${checkName(name)}`)
  try {
    return await use()
  } finally {
    await lock?.remove()
  }
}

/** Leaves what runs as it is. */
async function install(
  host: Host,
  name: string,
  file: string,
  nixFlags: readonly string[],
  current: string | undefined,
): Promise<Pick<Step, 'change'> & { running: boolean }> {
  const request = await checkFile(host, file, nixFlags)
  return thenAlways(
    host,
    () =>
      withMachines(
        host,
        { start: false },
        () => buildNixcloud(host, name, request, current),
        async (engine: Engine, { etc, container }) => {
          let change: Step['change'] = 'none'
          const recorded = await generationOf(host, etc)
          await applyContainers(host, engine, [container], {
            mode: { start: false, update: false, restart: false },
            planned: ([step]) => {
              change = step?.change ?? 'none'
            },
            recorded,
            say: () => {},
            signal: host.interrupted,
          })
          const path = configPath(name)
          await host.files.makeDirectory(dirname(path))
          await host.files.write(path, `${resolve(host.cwd, file)}\n`)
          if (current === undefined) {
            const address = container.settings.get('LOCAL_ADDRESS')
            host.note(
              `Container "${name}" is created, with the address ${address}. Start it: nixcloud-container start ${name}`,
            )
          }
          return { change, running: await runs(engine, name) }
        },
      ),
    () => releaseAddresses(host),
  )
}
