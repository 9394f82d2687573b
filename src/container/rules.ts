/** The host's packet rules of containers (nix/network/forwarding.sh), which their units add and remove. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { isName } from './names.ts'

const folder = '/run/extra-container/forwarding'

/** Names of containers that have rules and are not there any more. */
export async function leftRules(host: Host, isThere: (name: string) => Promise<boolean>): Promise<string[]> {
  const left: string[] = []
  for (const name of await host.files.list(folder)) {
    if (isName(name) && !(await isThere(name))) left.push(name)
  }
  return left
}

/**
 * Removes rules that are left because the manager was killed, so that no unit could.
 * @throws OperationError where some are left
 */
export async function removeRules(host: Host, name: string): Promise<void> {
  const record = `${folder}/${name}`
  if (!(await host.files.exists(record))) return
  const removal = [`${host.root}/nix/network/forwarding.sh`, 'remove']
  const { stderr } = await host.run('bash', removal, { env: { INSTANCE: name } })
  if (!(await host.files.exists(record))) return
  throw new OperationError(
    `its packet rules could not be removed, since something else changes rules. Try again.\n${stderr}`,
  )
}
