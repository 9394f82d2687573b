/** Reading a file in a tree that somebody else writes, such as a container's root: no link on the way is followed. */
import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'

const folderFlags = constants.O_RDONLY | constants.O_DIRECTORY
const largest = 1024 * 1024

/**
 * Gives the text of `path` (absolute, as the tree's own) below `root`; undefined where it is missing, is no plain file, or a
 * link is on the way.
 */
export async function readInside(root: string, path: string): Promise<string | undefined> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  const file = parts.pop()
  if (file === undefined || [...parts, file].includes('..')) return undefined
  // `root` itself may be /proc/PID/root, a link that leads into the container.
  let folder = await open(`${root}/.`, folderFlags)
  try {
    for (const part of parts) {
      const below = folder && (await open(`/proc/self/fd/${folder.fd}/${part}`, folderFlags | constants.O_NOFOLLOW))
      await folder?.close()
      folder = below
    }
    if (!folder) return undefined
    // O_NONBLOCK: to open a pipe would wait for its writer.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
    const handle = await open(`/proc/self/fd/${folder.fd}/${file}`, flags)
    try {
      const stat = await handle?.stat()
      return stat?.isFile() && stat.size <= largest ? await handle?.readFile('utf8') : undefined
    } finally {
      await handle?.close()
    }
  } finally {
    await folder?.close()
  }
}

async function open(path: string, flags: number): Promise<fs.FileHandle | undefined> {
  try {
    return await fs.open(path, flags)
  } catch (error) {
    const absent = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ESRCH']
    if (absent.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
