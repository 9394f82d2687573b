/** Removing a container's files: nothing behind a mount or a link is ever touched, immutable files are no obstacle. */
import { lstat, readFile, realpath, rmdir, statfs } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { OperationError } from './errors.ts'
import { run } from './run.ts'

/** Mount points at or below `path` in a /proc/self/mountinfo, deepest and newest first. */
export function mountsBelow(mountinfo: string, path: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((point) =>
      point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((point) => point === path || point.startsWith(`${path}/`))
    .reverse()
}

/**
 * Removes a tree; mounts inside are unmounted first, so what they show stays.
 * @throws OperationError naming the path, where something remains or the path is not one to remove
 */
export async function removeTree(path: string): Promise<void> {
  refuseTopLevel(path)
  const tree = await asMounted(path.replace(/\/+$/, ''))
  if (tree === undefined) return
  refuseTopLevel(tree)
  // An empty folder, as most are, needs no process.
  if (await succeeds(rmdir(tree))) return
  await unmountBelow(tree)
  // A bind mount of the same file system would not stop --one-file-system: the mount table was looked at before.
  if ((await remove(tree, '--one-file-system')) === 0) return
  // Left are immutable files (NixOS sets /var/empty so) and btrfs subvolumes, which count as other file systems.
  await run('chattr', ['-R', '-f', '-i', '--', tree], { allowFailure: true })
  await unmountBelow(tree)
  await remove(tree, ...((await isBtrfs(tree)) ? [] : ['--one-file-system']))
  if (await succeeds(lstat(tree))) {
    const { stderr } = await run('rm', ['-rf', '--one-file-system', '--', tree], { allowFailure: true })
    throw new OperationError(
      `Could not remove ${tree}:\n${stderr.split('\n').slice(0, 5).join('\n')}\n` +
        'See what keeps it (findmnt, lsattr, a read-only file system), then run the command again.',
    )
  }
}

function refuseTopLevel(path: string): void {
  if (/^\/[^/]+\/[^/]/.test(path) && !path.split('/').includes('..')) return
  throw new OperationError(`Refusing to remove ${JSON.stringify(path)}: not an absolute path below a top-level folder`)
}

/** As the mount table names it; a link at its end stays one. undefined where it cannot be there. */
async function asMounted(path: string): Promise<string | undefined> {
  try {
    return join(await realpath(dirname(path)), basename(path))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

/** BTRFS_SUPER_MAGIC. Where there are no subvolumes, another file system is never one to remove. */
const isBtrfs = (tree: string) =>
  statfs(tree).then(
    ({ type }) => type === 0x9123683e,
    () => false,
  )

const remove = async (tree: string, ...options: string[]) =>
  (await run('rm', ['-rf', ...options, '--', tree], { allowFailure: true })).exitCode

const succeeds = (attempt: Promise<unknown>) =>
  attempt.then(
    () => true,
    () => false,
  )

async function unmountBelow(tree: string): Promise<void> {
  for (const point of mountsBelow(await readFile('/proc/self/mountinfo', 'utf8'), tree)) {
    const plain = await run('umount', ['--no-canonicalize', '--', point], { allowFailure: true })
    if (plain.exitCode !== 0) await run('umount', ['--no-canonicalize', '--lazy', '--', point])
  }
}
