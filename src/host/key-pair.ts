/**
 * A key pair kept in a folder of /tmp, which every local user could have made first. All is looked at through open files:
 * what a path leads to could be another thing a moment later.
 */
import { constants } from 'node:fs'
import * as fs from 'node:fs/promises'
import { OperationError } from './errors.ts'
import type { KeyPair, Lock } from './host.ts'

export interface KeyPairOptions {
  /** Who must own the folder: this process. */
  owner: number
  /** The user who may read the private key too: the one who called sudo. */
  reader?: { uid: number; gid: number } | undefined
  /** Taken while a pair is made. */
  lock(): Promise<Pick<Lock, 'release'> | undefined>
}

const largest = 16 * 1024

/**
 * Gives the pair in the files key and key.pub, making it where there is none, or none that others could not have read.
 * @throws OperationError where the folder is a link, a file, another user's, or writable by others
 */
export async function keepKeyPair(folder: string, options: KeyPairOptions): Promise<KeyPair> {
  const handle = await openFolder(folder, options.owner)
  // What openat(2) would take: this folder, whatever its path leads to by now.
  const inside = `/proc/self/fd/${handle.fd}`
  try {
    const kept = await readPair(inside, options)
    if (kept) return kept
    const lock = await options.lock()
    try {
      return (await readPair(inside, options)) ?? (await makePair(inside, options))
    } finally {
      await lock?.release()
    }
  } finally {
    await handle.close()
  }
}

async function openFolder(folder: string, owner: number): Promise<fs.FileHandle> {
  await fs.mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
  const handle = await fs.open(folder, flags).catch((error: NodeJS.ErrnoException) => {
    // The kernel's word for a link too.
    if (error.code === 'ENOTDIR') throw refusal(folder, 'is a link or a file instead of a folder')
    throw error
  })
  try {
    const { uid, mode } = await handle.stat()
    if (uid !== owner) throw refusal(folder, `belongs to the user with the number ${uid}`)
    if (mode & 0o022) throw refusal(folder, `can be written by other users (mode ${(mode & 0o7777).toString(8)})`)
    // A key that its reader cannot get at is of no use to other ssh clients.
    if ((mode & 0o7777) !== 0o711) await handle.chmod(0o711)
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

const refusal = (folder: string, fault: string) =>
  new OperationError(`${folder} ${fault}, so it is not used for SSH keys. Remove it: sudo rm -r ${folder}`)

async function readPair(inside: string, { reader }: KeyPairOptions): Promise<KeyPair | undefined> {
  const publicKey = await readSafely(`${inside}/key.pub`, 0o022)
  const privateKey = await readSafely(`${inside}/key`, 0o077, reader)
  if (publicKey === undefined || privateKey === undefined || !belongTogether(privateKey, publicKey)) return undefined
  return { privateKey, publicKey: publicKey.trim() }
}

/** undefined where it is no plain file, has another name too, or the mode has one of these bits. */
async function readSafely(path: string, forbidden: number, reader?: KeyPairOptions['reader']) {
  // O_NONBLOCK: to open a pipe would wait for its writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const handle = await fs.open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (['ENOENT', 'ELOOP', 'ENXIO'].includes(error.code ?? '')) return undefined
    throw error
  })
  if (!handle) return undefined
  try {
    const stat = await handle.stat()
    if (!stat.isFile() || stat.nlink !== 1 || stat.size > largest || stat.mode & forbidden) return undefined
    if (reader && stat.uid !== reader.uid) await handle.chown(reader.uid, reader.gid)
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** Of a public key: the two lengths, the name of its kind, 32 bytes. */
const blobLength = 4 + 'ssh-ed25519'.length + 4 + 32

/** OpenSSH's format for private keys holds the public key as it is. */
function belongTogether(privateKey: string, publicKey: string): boolean {
  const [type, blob = ''] = publicKey.trim().split(' ')
  const [, body = ''] = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([\s\S]*)\n-----END/.exec(privateKey) ?? []
  const key = Buffer.from(blob, 'base64')
  return type === 'ssh-ed25519' && key.length === blobLength && Buffer.from(body, 'base64').includes(key)
}

/** Of 256 keys that ssh2 makes it cannot read one itself: it takes a zero off its beginning (https://github.com/mscdex/ssh2/issues/1390). */
export function generateKeys(
  utils: Pick<typeof import('ssh2').utils, 'generateKeyPairSync' | 'parseKey'>,
): ReturnType<typeof utils.generateKeyPairSync> {
  for (;;) {
    const made = utils.generateKeyPairSync('ed25519', { comment: 'extra-container' })
    if (!(utils.parseKey(made.private) instanceof Error)) return made
  }
}

async function makePair(inside: string, { reader }: KeyPairOptions): Promise<KeyPair> {
  const { default: ssh2 } = await import('ssh2')
  const made = generateKeys(ssh2.utils)
  await place(`${inside}/key`, made.private, 0o600, reader)
  await place(`${inside}/key.pub`, `${made.public}\n`, 0o644)
  return { privateKey: made.private, publicKey: made.public }
}

async function place(path: string, text: string, mode: number, owner?: KeyPairOptions['reader']): Promise<void> {
  const temporary = `${path}.${process.pid}`
  await fs.rm(temporary, { force: true, recursive: true })
  const handle = await fs.open(temporary, 'wx', mode)
  try {
    await handle.writeFile(text)
    await handle.chmod(mode)
    if (owner) await handle.chown(owner.uid, owner.gid)
  } finally {
    await handle.close()
  }
  // Only a folder is in the way of a rename.
  await fs.rename(temporary, path).catch(async () => {
    await fs.rm(path, { recursive: true })
    await fs.rename(temporary, path)
  })
}
