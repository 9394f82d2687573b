/**
 * What a `create` of nixos-container's makes before the container is installed: its profile and its configuration. A note
 * says so until it is done. Who holds the lock of these commands and finds one knows that its command was killed.
 */
import type { Host, Lock } from '../../host/host.ts'
import { readInstalled } from '../installed.ts'
import { isName } from '../names.ts'
import { pathsOf } from '../paths.ts'
import { readSteps } from '../steps.ts'
import { forget } from './configuration.ts'

const folder = '/run/extra-container/nixos-container'

/** Of two commands at once, each is to see the names and the addresses of the other. */
export const lockImperative = (host: Host, noWait = false): Promise<Lock | undefined> =>
  host.lock('nixos-container', { noWait })

export const beginMaking = (host: Host, name: string): Promise<void> => host.files.write(`${folder}/${name}`, '', 0o600)

export const endMaking = (host: Host, name: string): Promise<void> => host.files.removeFile(`${folder}/${name}`)

/** Removes what was made for a container that did not get installed. */
export async function undoMaking(host: Host, name: string): Promise<void> {
  // Half installed: that comes first.
  if (await readSteps(host, name)) return
  if ((await readInstalled(host, name)).kind === 'none') {
    await forget(host, name)
    const { profiles } = pathsOf(name)
    if (await host.files.exists(profiles)) await host.files.removeTree(profiles)
  }
  await endMaking(host, name)
}

/** To be called with the lock. @returns names whose `create` was killed */
export const listUnfinished = async (host: Host): Promise<string[]> => (await host.files.list(folder)).filter(isName)
