/** The init of a container, by its PID as this process sees it: a private manager and machined count differently. */
import type { Host } from '../host/host.ts'
import type { Manager } from './manager.ts'
import { isRegistered } from './registered.ts'
import { machineOf, runIn, showUnits, unitOf } from './systemd.ts'

/** Whether /proc/PID/status is of the first process of a PID namespace below ours. */
export function isInit(status: string | undefined): boolean {
  const pids = /^NSpid:\s*(.*)$/m.exec(status ?? '')?.[1]?.split(/\s+/) ?? []
  return pids.length > 1 && pids.at(-1) === '1'
}

const depthOf = (status: string | undefined) => /^NSpid:\s*(.*)$/m.exec(status ?? '')?.[1]?.split(/\s+/).length ?? 0

/** The container's init, and the processes in its cgroup that are outside of its PID namespace: each nsenter that waits for a command inside (enter.bash). */
async function processesOf(
  host: Host,
  manager: Pick<Manager, 'cgroup'>,
  name: string,
): Promise<{ init: number | undefined; waiters: number[] }> {
  const found: { pid: number; depth: number; init: boolean }[] = []
  for (const below of manager.cgroup === undefined ? [] : ['payload/init.scope', 'payload']) {
    const procs = await host.files.read(`${manager.cgroup}/machine.slice/${unitOf(name)}/${below}/cgroup.procs`)
    for (const pid of procs?.split('\n').filter(Boolean) ?? []) {
      const status = await host.files.read(`/proc/${pid}/status`)
      found.push({ pid: Number(pid), depth: depthOf(status), init: isInit(status) })
    }
  }
  const inside = Math.max(0, ...found.filter(({ init }) => init).map(({ depth }) => depth))
  return {
    init: found.find(({ init, depth }) => init && depth === inside)?.pid,
    waiters: found.filter(({ depth }) => depth > 0 && depth < inside).map(({ pid }) => pid),
  }
}

/** Those that wait for commands inside. */
export const waitersOf = async (host: Host, manager: Pick<Manager, 'cgroup'>, name: string): Promise<number[]> =>
  (await processesOf(host, manager, name)).waiters

/**
 * Helps a container that shuts itself down past the commands that were run in it from outside. systemd-shutdown stops all
 * processes before it ends them; util-linux's nsenter stops itself with its command (continue_as_child in sys-utils/nsenter.c), and
 * while it does not reap that, the kernel does not end the PID namespace: it is let go on. When it has reaped it, nsenter is told and
 * not systemd-shutdown, which sleeps for up to 90 seconds between its looks at what it killed: it is made to look.
 */
export async function helpShutdown(host: Host, manager: Pick<Manager, 'cgroup'>, name: string): Promise<void> {
  const { init, waiters } = await processesOf(host, manager, name)
  if (init === undefined) return
  // The kernel keeps 15 characters of a name.
  if ((await host.files.read(`/proc/${init}/comm`))?.trim() !== 'systemd-shutdow') return
  for (const pid of waiters) host.kill(pid, 'SIGCONT')
  host.kill(init, 'SIGCHLD')
}

/** @returns undefined where the container has no running init */
export const findLeader = async (host: Host, manager: Manager, name: string): Promise<number | undefined> =>
  (await findLeaders(host, manager, [name])).get(name)

/** From files; systemd is asked once, for those together that are not where they usually are. */
export async function findLeaders(
  host: Host,
  manager: Manager,
  names: readonly string[],
): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const look = (name: string, cgroup: string) =>
    leaderIn(host, cgroup).then((pid) => void (pid !== undefined && found.set(name, pid)))
  const { cgroup } = manager
  if (cgroup !== undefined) {
    await Promise.all(names.map((name) => look(name, `${cgroup}/machine.slice/${unitOf(name)}`)))
    const missing = names.filter((name) => !found.has(name))
    const units = await showUnits(host, manager, missing, ['ControlGroup'])
    await Promise.all(
      missing.map(async (name) => {
        const path = units.get(name)?.get('ControlGroup')
        if (path) await look(name, cgroup + path)
      }),
    )
  }
  if (manager.kind === 'private') return found
  for (const name of names.filter((name) => !found.has(name))) {
    // A machine of that name may be another program's, and its leader a process of the host.
    if (!(await isRegistered(host, manager, name))) continue
    const args = ['show', '--property=Leader', '--value', '--', machineOf(name)]
    const { stdout } = await runIn(host, manager, 'machinectl', args, { allowFailure: true })
    if (/^[1-9]\d*$/.test(stdout)) found.set(name, Number(stdout))
  }
  return found
}

/** nspawn puts the container into `payload`; a systemd inside moves itself on to `init.scope`. */
async function leaderIn(host: Host, cgroup: string): Promise<number | undefined> {
  for (const below of ['payload/init.scope', 'payload']) {
    const pids = (await host.files.read(`${cgroup}/${below}/cgroup.procs`))?.split('\n') ?? []
    for (const pid of pids) {
      if (pid && isInit(await host.files.read(`/proc/${pid}/status`))) return Number(pid)
    }
  }
  return undefined
}
