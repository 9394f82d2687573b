/** Files of this machine. A missing file is an answer, every other error is thrown as Node gives it. */
import * as fs from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Files } from './host.ts'
import { look } from './look.ts'
import { removeTree } from './remove-tree.ts'

/** ESRCH and ENODEV: a process, an interface or a control group that goes between opening its file and reading it. */
const missing = new Set(['ENOENT', 'ENOTDIR', 'ESRCH', 'ENODEV'])

async function orUndefined<T>(promise: Promise<T>, ...alsoAllowed: string[]): Promise<T | undefined> {
  try {
    return await promise
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (missing.has(code) || alsoAllowed.includes(code)) return undefined
    throw error
  }
}

/** A name beside `path` that no other process uses at the same time. */
const besides = (path: string) => `${path}.${process.pid}-${Math.random().toString(36).slice(2)}`

async function placeByRename(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    await fs.mkdir(dirname(path), { recursive: true })
    const temporary = besides(path)
    try {
      await make(temporary)
      return await fs.rename(temporary, path)
    } catch (error) {
      await fs.rm(temporary, { force: true })
      // Another command may remove the folder while it is empty.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === 5) throw error
    }
  }
}

export const files: Files = {
  look,
  exists: async (path) => (await orUndefined(fs.lstat(path))) !== undefined,
  read: (path) => orUndefined(fs.readFile(path, 'utf8')),
  write: (path, text, mode = 0o644) => placeByRename(path, (to) => fs.writeFile(to, text, { mode })),
  readLink: (path) => orUndefined(fs.readlink(path), 'EINVAL'),
  realPath: (path) => orUndefined(fs.realpath(path)),
  link: (target, path) => placeByRename(path, (to) => fs.symlink(target, to)),
  list: async (path) => ((await orUndefined(fs.readdir(path))) ?? []).sort(),
  isDirectory: async (path) => (await orUndefined(fs.stat(path)))?.isDirectory() ?? false,
  makeDirectory: async (path, mode = 0o755) => void (await fs.mkdir(path, { recursive: true, mode })),
  removeFile: async (path) => void (await orUndefined(fs.unlink(path))),
  removeEmptyDirectory: async (path) => void (await orUndefined(fs.rmdir(path), 'ENOTEMPTY', 'EEXIST', 'EBUSY')),
  removeTree,
  readInside: async (root, path) => (await import('./read-inside.ts')).readInside(root, path),
  temporaryDirectory: async () => {
    const { dir } = await import('tmp-promise')
    const made = await dir({ prefix: 'extra-container', mode: 0o700, unsafeCleanup: true })
    return { path: made.path, release: made.cleanup }
  },
}
