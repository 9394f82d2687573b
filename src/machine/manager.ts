/** The systemd that runs the containers: the machine's own where it is PID 1, elsewhere a private one. */
import { cgroupMount } from '../host/cgroups.ts'
import type { Host } from '../host/host.ts'
import { openPrivateManager } from './private-manager.ts'

export interface Manager {
  kind: 'system' | 'private'
  /** Whether it is up; a private one that is not has no containers. */
  running(): boolean
  /**
   * Brings it up; later calls wait for the first.
   * @param launched called when there is nothing left to do but to wait for it
   * @throws OperationError with the end of its log
   */
  start(launched?: () => void): Promise<void>
  /** The command that runs `file` where systemctl and machinectl reach this manager. @throws Error while it is not up */
  enter(file: string, args: readonly string[]): [file: string, args: string[]]
  /** Where this process finds a file that the manager sees at `path`. @throws Error while it is not up */
  path(path: string): string
  /** Folder of its root cgroup in this machine's cgroup2 mount; undefined where that is not mounted. */
  cgroup: string | undefined
  /**
   * Kills the containers of these units at once and ends the private manager with them, where it runs nothing else and
   * no other command uses it: two ends for the time of one. Their stop scripts do not run. True when they are killed;
   * `stopIfIdle` waits until all is gone.
   */
  endWith(units: readonly string[]): Promise<boolean>
  /** Ends a private manager that runs no container and that no other command uses. True when it is gone. */
  stopIfIdle(): Promise<boolean>
  /** No longer using it. Called once, last. */
  close(): Promise<void>
}

/**
 * Finds the manager of this machine. With `start`, a private one is up on return.
 * Until `close` is called no other command ends it. `launched` is called as by `Manager.start`, or never.
 */
export async function openManager(host: Host, options: { start: boolean; launched?: () => void }): Promise<Manager> {
  const [booted, first, mountinfo] = await Promise.all([
    host.files.isDirectory('/run/systemd/system'),
    host.files.read('/proc/1/comm'),
    host.files.read('/proc/self/mountinfo'),
  ])
  const cgroup = cgroupMount(mountinfo ?? '')
  if (booted && first?.trim() === 'systemd') return systemManager(cgroup)
  const manager = await openPrivateManager(host, cgroup)
  if (options.start) await manager.start(options.launched)
  return manager
}

const systemManager = (cgroup: string | undefined): Manager => ({
  kind: 'system',
  running: () => true,
  start: async () => {},
  enter: (file, args) => [file, [...args]],
  path: (path) => path,
  cgroup,
  endWith: async () => false,
  stopIfIdle: async () => false,
  close: async () => {},
})
