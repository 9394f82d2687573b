/** What is done with containers that are installed: start, stop, ask, enter. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { attachInside, type EnterOptions, enterArguments } from '../machine/exec.ts'
import { whileChanging } from './change.ts'
import { parseConf } from './conf.ts'
import { notInstalled, readInstalled, refuseForeign } from './installed.ts'
import { checkName } from './names.ts'
import { addressIn } from './ssh.ts'
import { type Engine, withMachines } from './with-machines.ts'

/** @throws UsageError for a bad name, OperationError for a container that is not there or not ours */
async function requireInstalled(host: Host, name: string) {
  const installed = await readInstalled(host, checkName(name))
  refuseForeign(name, installed)
  if (installed.kind === 'none') throw new OperationError(notInstalled(name))
  return installed
}

/** Checks all names first, then does something with the containers that does not change them. */
export async function withInstalled<T>(
  host: Host,
  names: readonly string[],
  use: (engine: Engine, names: readonly string[]) => Promise<T>,
  options: { noWait?: boolean } = {},
): Promise<T> {
  const unique = [...new Set(names)]
  for (const name of unique) await requireInstalled(host, name)
  return withMachines(
    host,
    { start: false, ...options },
    async () => unique,
    (engine) => use(engine, unique),
  )
}

/** The same for what changes them: no other command does meanwhile. */
export const changeInstalled = <T>(
  host: Host,
  names: readonly string[],
  options: { noWait?: boolean },
  use: (engine: Engine, names: readonly string[]) => Promise<T>,
): Promise<T> =>
  withInstalled(
    host,
    names,
    (engine, unique) =>
      whileChanging(host, engine, unique, {}, async () => {
        // The command that was waited for may have removed them.
        for (const name of unique) await requireInstalled(host, name)
        return use(engine, unique)
      }),
    options,
  )

/** @throws OperationError where the container has no address of its own */
export async function addressOf(host: Host, name: string): Promise<string> {
  const { conf } = await requireInstalled(host, name)
  const address = addressIn(parseConf(conf?.text ?? ''))
  if (address !== undefined) return address
  throw new OperationError(
    `Container "${name}" has no address of its own. Give it one: localAddress, or extra.addressPrefix.`,
  )
}

/** Runs a command, or a login shell where none is given, on this process's own terminal. Gives its exit status. */
export const enterContainer = (
  host: Host,
  name: string,
  argv: readonly string[],
  options: EnterOptions = {},
): Promise<number> =>
  withInstalled(host, [name], async ({ manager }) => {
    const command = enterArguments(host, manager, name, argv, options)
    return (await attachInside(host, manager, [name], ...command)).status
  })
