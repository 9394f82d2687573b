/** Machines of nixos-nspawn definitions: ephemeral, with files of systemd-nspawn and networkd beside their units. */
import type { MachineKind } from './kind.ts'
import { machineOf, runIn } from './systemd.ts'

export const nspawn: MachineKind = {
  stateFolder: '/var/lib/machines',
  rootBelow: '',
  profileFolder: '/nix/var/nix/profiles/extra-container',
  // What nixos-nspawn calls restartIfChanged is about the system, too.
  updatesInPlace: false,

  /** Does once more what its unit's stop commands do (nix/dialects/nspawn/stop.sh). */
  async stopped(host, manager, name, unit, state) {
    const settingOf = (key: string) => new RegExp(`^Environment="${key}=([^"]*)"$`, 'm').exec(unit)?.[1] ?? ''
    const scripts = `${host.root}/nix/dialects/nspawn`
    const networkFile = settingOf('NETWORK')
    const env = {
      INSTANCE: name,
      MACHINE: machineOf(name),
      root: state,
      ZONE: settingOf('ZONE'),
      ZONE_SCRIPT: `${scripts}/zone.sh`,
      NETWORK: networkFile,
      NETWORKD: networkFile === '' ? '' : `${scripts}/networkd.sh`,
      NAMES: `${scripts}/names.sh`,
    }
    const options = { env, allowFailure: true }
    if (manager.running()) await runIn(host, manager, 'bash', [`${scripts}/stop.sh`], options)
    else await host.run('bash', [`${scripts}/stop.sh`], options)
  },
}
