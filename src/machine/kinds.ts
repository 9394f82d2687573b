/** All kinds of machines. */
import type { Kind, MachineKind } from './kind.ts'
import { lxc } from './lxc.ts'
import { nspawn } from './nspawn.ts'

/** `containers.NAME`: all that it leaves is known to whoever removes containers. */
const container: MachineKind = {
  rootBelow: '',
  profileFolder: '/nix/var/nix/profiles/extra-container',
  updatesInPlace: true,
}

export const machineKinds: Readonly<Record<Kind, MachineKind>> = { container, nspawn, lxc }
