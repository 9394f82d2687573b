/** Keeps what was just built from the garbage collector until it is installed. */
import type { Host } from '../host/host.ts'
import { keptResults } from './kept.ts'

const runFolder = '/run/extra-container'

const autoRoots = '/nix/var/nix/gcroots/auto'

const resultOf = (pid: number) => `${runFolder}/build-${pid}`

/** Lets the garbage collector have what this process built. To be called when it is installed, or not needed. */
export async function releaseBuild(host: Host): Promise<void> {
  await keptResults(host)
  await removeRoot(host, resultOf(host.pid))
}

/** Gives the path of the link by which Nix roots what this process builds; those of dead processes go. */
export async function newResultLink(host: Host): Promise<string> {
  await host.files.makeDirectory(runFolder)
  await releaseBuildsOfTheDead(host)
  return resultOf(host.pid)
}

/** A process that was killed could not release what it built. */
async function releaseBuildsOfTheDead(host: Host): Promise<void> {
  for (const { remove } of await deadBuilds(host)) await remove()
}

/** Builds of processes that are gone. */
export async function deadBuilds(host: Host): Promise<{ path: string; remove(): Promise<void> }[]> {
  const dead: { path: string; remove(): Promise<void> }[] = []
  for (const name of await host.files.list(runFolder)) {
    const [, kind, pid] = /^(build|reads|parts)-(\d+)(?:-\d+)?$/.exec(name) ?? []
    if (pid === undefined || (await host.files.exists(`/proc/${pid}`))) continue
    const path = `${runFolder}/${name}`
    dead.push({ path, remove: () => (kind === 'build' ? removeRoot(host, path) : host.files.removeFile(path)) })
  }
  return dead
}

/** Removes a result link, and the root that Nix made for it. */
async function removeRoot(host: Host, result: string): Promise<void> {
  if ((await host.files.readLink(result)) === undefined) return
  await host.files.removeFile(result)
  const roots = (await host.files.list(autoRoots)).map((root) => `${autoRoots}/${root}`)
  const targets = await Promise.all(roots.map((root) => host.files.readLink(root)))
  for (const [index, root] of roots.entries()) if (targets[index] === result) await host.files.removeFile(root)
}
