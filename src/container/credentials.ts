/** Files of `extra.credentials`: systemd says nothing of use about one that it cannot load. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Needs } from './needs.ts'

type Credential = NonNullable<Needs['credentials']>[number]

/** What systemd takes for one unit, names and contents together. */
const most = 1024 * 1024

/** @throws OperationError for a file that is missing or none, or for more than systemd takes */
export async function checkCredentials(host: Host, name: string, credentials: readonly Credential[]): Promise<void> {
  for (const { name: credential, option, path } of credentials) {
    const what = `Container "${name}" takes its credential ${credential} from ${JSON.stringify(path)}, which`
    if ((await host.files.realPath(path)) === undefined) {
      throw new OperationError(`${what} does not exist. Make it, or change ${option}.`)
    }
    if (await host.files.isDirectory(path)) throw new OperationError(`${what} is a folder. Name a file: ${option}.`)
  }
  const plain = credentials.filter(({ option }) => option.endsWith('.file'))
  if (plain.length === 0) return
  const paths = plain.map(({ path }) => path)
  const { stdout } = await host.run('stat', ['--dereference', '--format=%s', '--', ...paths])
  const sizes = stdout.split('\n').map(Number)
  const size = plain.reduce((sum, one, index) => sum + one.name.length + (sizes[index] ?? 0), 0)
  if (size <= most) return
  throw new OperationError(
    `Container "${name}" has credentials of ${size} bytes, and systemd takes at most ${most}, names and contents of all ` +
      `of a container together. Bring large files in with bindMounts: ${plain.map(({ option }) => option).join(', ')}.`,
  )
}
