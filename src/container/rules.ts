/** The host's packet rules of containers (nix/network/forwarding.sh), which their units add and remove. */
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

/** Removes rules that are left because the manager was killed, so that no unit could. */
export async function removeRules(host: Host, name: string): Promise<void> {
  if (!(await host.files.exists(`${folder}/${name}`))) return
  await host.run('bash', [`${host.root}/nix/network/forwarding.sh`, 'remove'], { env: { INSTANCE: name } })
}
