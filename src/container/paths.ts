/** Where containers live on a host. Shared with the bash tool, so that both see the same containers. */
import type { Kind } from '../machine/kind.ts'
import { machineKinds } from '../machine/kinds.ts'
import { machineOf } from '../machine/systemd.ts'

export const unitFolder = '/etc/systemd-mutable/system'
/** These two depend on the host, which nixos.ts asks once, before anything uses them. */
export let confFolder = '/etc/nixos-containers'
export let stateFolder = '/var/lib/nixos-containers'
export let legacyInstallDirs = false

/** @param legacy whether they are where NixOS before 22.05 has them */
export function placeContainers(legacy: boolean): void {
  const name = legacy ? 'containers' : 'nixos-containers'
  confFolder = `/etc/${name}`
  stateFolder = `/var/lib/${name}`
  legacyInstallDirs = legacy
}

export const wantsFolder = `${unitFolder}/machines.target.wants`
const packagedUnitFolder = '/usr/lib/systemd/system'
/** auto/ and not per-user/: Nix itself removes links from there whose target is gone. */
export const gcRootFolder = '/nix/var/nix/gcroots/auto'

export const unitName = (name: string) => `container@${name}.service`

/** Where a container keeps its root folder, or what it has instead. */
export const stateOf = (name: string, kind: Kind): string => `${machineKinds[kind].stateFolder ?? stateFolder}/${name}`

/** Its root folder there, while it is down. */
export const rootOf = (name: string, kind: Kind): string => stateOf(name, kind) + machineKinds[kind].rootBelow

/** Of the root folders of ephemeral containers. */
export const ephemeralFolder = '/run/nixos-containers'

/** All paths of one container, but for these. */
export const pathsOf = (name: string) => ({
  unit: `${unitFolder}/${unitName(name)}`,
  conf: `${confFolder}/${name}.conf`,
  wants: `${wantsFolder}/${unitName(name)}`,
  /** Where the bash tool links the unit on other distributions than NixOS. Never written to: only taken away. */
  packagedUnit: `${packagedUnitFolder}/${unitName(name)}`,
  packagedWants: `${packagedUnitFolder}/machines.target.wants/${unitName(name)}`,
  unitRoot: `${gcRootFolder}/extra-container-${name}`,
  confRoot: `${gcRootFolder}/extra-container-${name}.conf`,
  /** The root folder of an ephemeral container, gone when it stops, but not when its service manager is killed. */
  ephemeral: `${ephemeralFolder}/${name}`,
  ephemeralLock: `${ephemeralFolder}/.#${name}.lck`,
  /** systemd-nspawn makes it beside the root folder and leaves it. */
  stateLock: `${stateFolder}/.#${name}.lck`,
  /** systemd-nspawn 256 and later mounts it, and leaves the mount where it is killed. */
  exported: `/run/systemd/nspawn/unix-export/${machineOf(name)}`,
  /** What nixos-container's commands built the container from. */
  configuration: `${confFolder}/${name}.nix`,
  flake: `${confFolder}/${name}.flake`,
  profiles: `/nix/var/nix/profiles/per-container/${name}`,
  systemProfile: `/nix/var/nix/profiles/per-container/${name}/system`,
  roots: `/nix/var/nix/gcroots/per-container/${name}`,
})

/** NAME of `container@NAME.service`; undefined for another file name. */
export const nameOfUnit = (file: string): string | undefined => /^container@(.+)\.service$/.exec(file)?.[1]

export const inStore = (path: string | undefined): boolean => path?.startsWith('/nix/store/') ?? false
