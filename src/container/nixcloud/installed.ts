/** The containers that nixcloud-container knows: ours, of the kind lxc. */
import { OperationError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { kindOf } from '../../machine/kind.ts'
import { type Conf, parseConf } from '../conf.ts'
import { installedKind, listInstalled, readInstalled, refuseForeign } from '../installed.ts'
import { checkName } from '../names.ts'
import { type Engine, withMachines } from '../with-machines.ts'

export async function listNixcloud(host: Host): Promise<string[]> {
  const names = await listInstalled(host)
  const kinds = await Promise.all(names.map((name) => installedKind(host, name)))
  return names.filter((_, index) => kinds[index] === 'lxc')
}

/**
 * What its conf says; undefined where nothing has the name.
 * @throws UsageError for a bad name, OperationError for what is not ours or of another kind
 */
export async function findNixcloud(host: Host, name: string): Promise<Conf | undefined> {
  const installed = await readInstalled(host, checkName(name))
  refuseForeign(name, installed)
  if (installed.kind === 'none') return undefined
  const settings = parseConf(installed.conf?.text ?? '')
  if (installed.conf === undefined || kindOf(settings) === 'lxc') return settings
  throw new OperationError(
    `Container "${name}" is none of nixcloud-container's, but of kind ${kindOf(settings)}. Use extra-container for it.`,
  )
}

/** The same, where there must be one. */
export async function requireNixcloud(host: Host, name: string): Promise<Conf> {
  const settings = await findNixcloud(host, name)
  if (settings) return settings
  throw new OperationError(`Container "${name}" does not exist. Show those that do: nixcloud-container list`)
}

/** Does something with a container that is there, and does not change it. */
export async function withNixcloud<T>(host: Host, name: string, use: (engine: Engine) => Promise<T>): Promise<T> {
  return withMachines(
    host,
    { start: false },
    () => requireNixcloud(host, name),
    (engine) => use(engine),
  )
}

/** What begins to start once more after a failure (Restart=) does not: nothing of it is there. */
export async function runs({ machines }: Engine, name: string): Promise<boolean> {
  const state = (await machines.states([name])).get(name)
  if (state === 'starting') return (await machines.leader(name)) !== undefined
  return state === 'running' || state === 'stopping'
}
