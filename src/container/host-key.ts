/** A container's own SSH host key, from its files: they are not to be trusted, so links in them are not followed. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { printable } from '../machine/inner-units.ts'
import { withInstalled } from './control.ts'
import { installedKind } from './installed.ts'
import { rootOf } from './paths.ts'

/** The first that is there. */
const files = ['ed25519', 'ecdsa', 'rsa'].map((type) => `/etc/ssh/ssh_host_${type}_key.pub`)

/**
 * Gives the public key as its file has it.
 * @throws UsageError for a bad name, OperationError for a container that is not there, is not ours or has no key
 */
export const hostKeyOf = (host: Host, name: string): Promise<string> =>
  withInstalled(host, [name], async ({ machines }) => {
    const leader = await machines.leader(name)
    const root = leader === undefined ? rootOf(name, await installedKind(host, name)) : `/proc/${leader}/root`
    for (const file of files) {
      const text = await host.files.readInside(root, file)
      // Of more lines, the others would get into the caller's known_hosts, for whatever host they name.
      const key = /^(ssh|ecdsa)-\S+ [A-Za-z0-9+/]+=*( .*)?/.exec(text?.trimStart() ?? '')?.[0]
      if (key !== undefined) return printable(key.trimEnd())
    }
    throw new OperationError(
      `Container "${name}" has no SSH host key (${files[0]}): ` +
        'sshd makes it when it first starts. Enable it: services.openssh.enable, or --ssh.',
    )
  })
