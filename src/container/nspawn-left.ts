/** What a container of the kind nspawn leaves where its unit's stop commands were killed together with it. */
import type { Host } from '../host/host.ts'
import type { Manager } from '../machine/manager.ts'
import { machineOf, runIn } from '../machine/systemd.ts'
import { pathsOf, stateOf } from './paths.ts'

/** Does once more what these commands do (nix/dialects/nspawn/stop.sh). Before the container's unit is removed. */
export async function removeNspawnLeft(host: Host, manager: Manager, name: string): Promise<void> {
  const unit = (await host.files.read(pathsOf(name).unit)) ?? ''
  const settingOf = (key: string) => new RegExp(`^Environment="${key}=([^"]*)"$`, 'm').exec(unit)?.[1] ?? ''
  const scripts = `${host.root}/nix/dialects/nspawn`
  const networkFile = settingOf('NETWORK')
  const env = {
    INSTANCE: name,
    MACHINE: machineOf(name),
    root: stateOf(name, 'nspawn'),
    ZONE: settingOf('ZONE'),
    NETWORK: networkFile,
    NETWORKD: networkFile === '' ? '' : `${scripts}/networkd.sh`,
    NAMES: `${scripts}/names.sh`,
  }
  const options = { env, allowFailure: true }
  if (manager.running()) await runIn(host, manager, 'bash', [`${scripts}/stop.sh`], options)
  else await host.run('bash', [`${scripts}/stop.sh`], options)
}
