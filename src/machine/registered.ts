/** Machines that machined has registered: any program may have taken a container's name for one of its own. */
import type { Host } from '../host/host.ts'
import type { Manager } from './manager.ts'
import { machineOf, unitOf } from './systemd.ts'

const unknown = 'another program'

/** The unit that runs the machine of that name, asked without D-Bus: machined keeps a file for each. Undefined: there is none. */
async function unitOfMachine(host: Host, manager: Manager, name: string): Promise<string | undefined> {
  if (!manager.running()) return undefined
  const text = await host.files.read(manager.path(`/run/systemd/machines/${machineOf(name)}`))
  return text === undefined ? undefined : (/^(?:SCOPE|UNIT)="?([^"\n]+)/m.exec(text)?.[1] ?? unknown)
}

/** Whether the container itself is registered. */
export const isRegistered = async (host: Host, manager: Manager, name: string): Promise<boolean> =>
  (await unitOfMachine(host, manager, name)) === unitOf(name)

/** The unit of a machine that has a container's name and is not the container; undefined where there is none. */
export async function foreignMachine(host: Host, manager: Manager, name: string): Promise<string | undefined> {
  const unit = await unitOfMachine(host, manager, name)
  return unit === unitOf(name) ? undefined : unit
}
