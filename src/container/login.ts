/** A login prompt on a terminal of the container: machined opens the terminal, a getty inside shows the prompt. */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { machineOf } from '../machine/systemd.ts'
import { withInstalled } from './control.ts'

/**
 * Connects this process's terminal to the prompt, until the user logs out.
 * @returns machinectl's exit status
 * @throws UsageError for a bad name, OperationError for a container that is not there, not ours or does not run
 */
export const loginContainer = (host: Host, name: string): Promise<number> =>
  withInstalled(host, [name], async ({ manager, machines }) => {
    if ((await machines.states([name])).get(name) !== 'running') {
      throw new OperationError(`Container "${name}" does not run. Start it: extra-container start ${name}`)
    }
    return (await host.attach(...manager.enter('machinectl', ['login', '--', machineOf(name)]))).status
  })
