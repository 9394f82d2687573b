/** What differs on a host that runs NixOS. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { Manager } from '../machine/manager.ts'
import { systemctl } from '../machine/systemd.ts'
import { placeContainers, unitFolder } from './paths.ts'

export const isNixos = (host: Host): Promise<boolean> => host.files.exists('/run/booted-system/nixos-version')

/** Where the host's own nixos-container keeps containers, which its system.stateVersion decides; both files name the folder. */
const witnesses: readonly [path: string, current: string, legacy: string][] = [
  ['/run/current-system/sw/bin/nixos-container', '"/etc/nixos-containers"', '"/etc/containers"'],
  ['/etc/systemd/system/container@.service', '/etc/nixos-containers/%i.conf', '/etc/containers/%i.conf'],
]

/** To be called before any path of a container is used: from then on containers are where this host has them. */
export async function placeLikeHost(host: Host): Promise<void> {
  placeContainers(await hasLegacyFolders(host))
}

async function hasLegacyFolders(host: Host): Promise<boolean> {
  if (!(await isNixos(host))) return false
  for (const [path, current, legacy] of witnesses) {
    const text = (await host.files.read(path)) ?? ''
    if (text.includes(current)) return false
    if (text.includes(legacy)) return true
  }
  return false
}

/** @throws OperationError where the host's systemd would not find what is installed */
export async function checkUnitPath(host: Host, manager: Manager): Promise<void> {
  if (manager.kind !== 'system' || !(await isNixos(host))) return
  const { stdout } = await systemctl(host, manager, ['show', '--property=UnitPath', '--value'])
  for (const folder of stdout.trim().split(/\s+/)) {
    if (folder === unitFolder || (await host.files.realPath(folder)) === unitFolder) return
  }
  throw new OperationError(
    `This host's systemd does not look for units in ${unitFolder}, so it would not find the containers. ` +
      'Add this to the NixOS configuration, rebuild it, and reboot:\n' +
      `  boot.extraSystemdUnitPaths = [ "${unitFolder}" ];`,
  )
}
