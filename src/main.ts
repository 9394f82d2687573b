/** Builds the real host, runs the command line, and turns errors into messages and exit statuses: the only place that exits. */
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCli } from './cli/run-cli.ts'
import { OperationError } from './host/errors.ts'
import { createHost } from './host/real-host.ts'

// Bundled, this is dist/extra-container.cjs.
const root = dirname(dirname(fileURLToPath(import.meta.url)))

async function main(): Promise<number> {
  const host = createHost(root)
  try {
    return await runCli(host, process.argv.slice(2))
  } catch (error) {
    if (error instanceof OperationError) {
      host.note(`extra-container: ${error.message}`)
      return error.exitStatus
    }
    const fault = faultOfMachine(error)
    if (fault) {
      host.note(`extra-container: ${fault}`)
      return 1
    }
    host.note(error instanceof Error ? (error.stack ?? error.message) : String(error))
    host.note('This is a bug in extra-container. Please report it with the lines above.')
    return 1
  }
}

/** What to do about a file that the kernel refused; undefined for other errors. */
function faultOfMachine(error: unknown): string | undefined {
  const remedies: Readonly<Record<string, string>> = {
    ENOSPC: 'The disk is full: make room, and run it again.',
    EDQUOT: 'The quota is used up: make room, and run it again.',
    EROFS: 'The file system is read-only: mount it writable.',
    EACCES: 'Check its permissions.',
    EPERM: 'Check its permissions and attributes (lsattr).',
    EIO: 'The disk may be broken: see dmesg.',
  }
  const { code, message, syscall } = error as NodeJS.ErrnoException
  // What Node's recursive mkdir says of a full disk.
  if (code === 'ENOENT' && syscall === 'mkdir') return `${message}. ${remedies.ENOSPC}`
  const remedy = code ? remedies[code] : undefined
  return remedy && `${message}. ${remedy}`
}

// A reader that went away (`extra-container list | head -0`) or a terminal that was closed is no error: what was begun is
// still to be cleaned up.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })
}

// Not process.exit(): output to a pipe would be cut off.
void main().then((status) => {
  process.exitCode = status
})
