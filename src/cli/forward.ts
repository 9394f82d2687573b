/** Hands commands over to a nixos-container that is not ours: those that we do not know, and those for its containers. */
import { dirname } from 'node:path'
import type { Host } from '../host/host.ts'

/** Set for what it is handed: so that two programs never hand a command to and fro. */
const mark = 'EXTRA_CONTAINER_FORWARDED'

/** The first nixos-container of PATH that is not part of an extra-container. */
export async function findNixosContainer(host: Host): Promise<string | undefined> {
  if (host.env[mark]) return undefined
  for (const folder of (host.env.PATH ?? '').split(':')) {
    if (!folder.startsWith('/')) continue
    const path = `${folder}/nixos-container`
    const real = await host.files.realPath(path)
    if (real !== undefined && !(await host.files.exists(`${dirname(real)}/extra-container`))) return path
  }
  return undefined
}

/** Gives its exit status. */
export const forward = async (host: Host, program: string, argv: readonly string[]): Promise<number> =>
  (await host.attach(program, argv, { env: { [mark]: '1' } })).status

const forwarded = ['start', 'stop', 'restart', 'terminate', 'status', 'run', 'login', 'root-login'].concat(
  'show-ip',
  'show-host-key',
)

const ofSeveral = ['start', 'stop', 'restart', 'terminate']

/** The same for a command on a container that is not ours; undefined where there is nobody to hand it to. */
export async function forwardForeign(
  host: Host,
  command: string,
  argv: readonly string[],
  words: number,
): Promise<number | undefined> {
  // nixos-container takes the first name alone, and would say nothing of the others.
  if (words > 1 && ofSeveral.includes(command)) return undefined
  const program = forwarded.includes(command) ? await findNixosContainer(host) : undefined
  return program === undefined ? undefined : forward(host, program, argv)
}
