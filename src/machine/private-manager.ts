/**
 * A systemd of our own, in mount, PID, UTS and cgroup namespaces, for machines where systemd is not PID 1.
 * Two locks: `manager` is held shared by who uses it and exclusively by who ends it; `manager-start` by who starts it.
 */
import { OperationError } from '../host/errors.ts'
import type { Host, Lock } from '../host/host.ts'
import { lives, type ProcessId, parseProcessId, startTimeOf } from '../host/process-id.ts'
import { isInit } from './leader.ts'
import type { Manager } from './manager.ts'
import { activeContainers } from './systemd.ts'

const state = '/run/extra-container/manager'
const startTimeout = 15_000

export async function openPrivateManager(host: Host, cgroupMount: string | undefined): Promise<Manager> {
  let using: Lock | undefined = await host.lock('manager', { shared: true })
  const cgroup = cgroupMount === undefined ? undefined : `${cgroupMount}/extra-container`
  let process = (await find(host)) ?? (cgroup ? await adopt(host, cgroup) : undefined)
  let starting: Promise<void> | undefined
  let ending: Promise<void> | undefined
  const release = async () => {
    await using?.release()
    using = undefined
  }
  let contended = false
  async function endIfIdle(): Promise<boolean> {
    const alone = await host.lock('manager', { noWait: true })
    contended = alone === undefined
    if (alone === undefined) return false
    try {
      process = (await find(host)) ?? (cgroup ? await adopt(host, cgroup) : undefined)
      const mayBeBusy = process !== undefined && (await mayRun(host, cgroup))
      if (mayBeBusy && (await activeContainers(host, manager)).length > 0) return false
      await end(host, cgroup)
      process = undefined
      starting = undefined
      return true
    } finally {
      await alone.release()
    }
  }
  async function endWith(units: readonly string[]): Promise<boolean> {
    if (process === undefined || cgroup === undefined || !(await runsOnly(host, cgroup, units))) return false
    await release()
    const alone = await host.lock('manager', { noWait: true })
    if (alone === undefined || !(await runsOnly(host, cgroup, units))) {
      await alone?.release()
      await useAgain()
      return process === undefined
    }
    process = undefined
    starting = undefined
    ending = end(host, cgroup).finally(() => alone.release())
    // Its failure is for who waits for it.
    ending.catch(() => {})
    return true
  }
  /** Another command may have ended it, but cannot while we use it. */
  async function useAgain(): Promise<void> {
    using = await host.lock('manager', { shared: true })
    process = await find(host)
  }
  async function ended(): Promise<void> {
    const last = ending
    ending = undefined
    await last
  }
  const manager: Manager = {
    kind: 'private',
    running: () => process !== undefined,
    start: (launched) => {
      starting ??= (async () => {
        await ended()
        using ??= await host.lock('manager', { shared: true })
        process = (await find(host)) ?? (await launch(host, cgroup, launched))
      })()
      return starting
    },
    enter: (file, args) => {
      if (process === undefined) throw new Error('The private manager is not up')
      return entering(process, [file, ...args])
    },
    path: (path) => {
      if (process === undefined) throw new Error('The private manager is not up')
      return `/proc/${process.pid}/root${path}`
    },
    cgroup,
    endWith,
    stopIfIdle: async () => {
      if (ending !== undefined) {
        await ended()
        return true
      }
      await starting
      await release()
      if (!(await endIfIdle())) await useAgain()
      return process === undefined
    },
    close: async () => {
      await starting?.catch(() => {})
      await ended().catch(() => {})
      await release()
      // Commands that end at the same time keep each other from ending it. Now nobody goes on using it: the last one does.
      if (contended) await endIfIdle()
    },
  }
  return manager
}

/** Whether there is anything that could run: spares the usual end of a session the question to systemd. */
async function mayRun(host: Host, cgroup: string | undefined): Promise<boolean> {
  const [units, machines] = await Promise.all([
    host.files.list('/etc/systemd-mutable/system'),
    host.files.list(`${cgroup}/machine.slice`),
  ])
  return [...units, ...machines].some((name) => name.includes('@'))
}

/** Whether no other container has a cgroup. A start that is only queued has none, but its command uses the manager. */
async function runsOnly(host: Host, cgroup: string, units: readonly string[]): Promise<boolean> {
  const [visible, names] = await Promise.all([
    host.files.exists(`${cgroup}/init.scope`),
    host.files.list(`${cgroup}/machine.slice`),
  ])
  if (!visible || !names.filter((name) => /\.(service|scope)$/.test(name)).every((name) => units.includes(name)))
    return false
  // A definition may put its container into another slice.
  const folder = '/etc/systemd-mutable/system'
  const others = (await host.files.list(folder)).filter(
    (name) => /^container@.*\.service$/.test(name) && !units.includes(name),
  )
  const texts = await Promise.all(others.map((name) => host.files.read(`${folder}/${name}`)))
  return texts.every((text) => /^Slice=(.*)$/m.exec(text ?? '')?.[1] === 'machine.slice')
}

/** The manager, where it is alive and was seen to be up. */
async function find(host: Host): Promise<ProcessId | undefined> {
  const process = parseProcessId(await host.files.read(`${state}/pid`))
  if (process === undefined || !(await host.files.exists(`${state}/up`))) return undefined
  return (await lives(host, process)) ? process : undefined
}

/** The first process of the manager's PID namespace, found by its cgroup: also where its state files were lost. */
async function findByCgroup(host: Host, cgroup: string): Promise<ProcessId | undefined> {
  for (const pid of (await host.files.read(`${cgroup}/init.scope/cgroup.procs`))?.split('\n') ?? []) {
    if (pid === '' || !isInit(await host.files.read(`/proc/${pid}/status`))) continue
    const startTime = startTimeOf(await host.files.read(`/proc/${pid}/stat`))
    if (startTime !== undefined) return { pid: Number(pid), startTime }
  }
  return undefined
}

/** Takes over a manager that works but whose state files were lost: it may have containers. */
async function adopt(host: Host, cgroup: string): Promise<ProcessId | undefined> {
  const process = await findByCgroup(host, cgroup)
  if (process === undefined) return undefined
  const target = ['systemctl', 'is-active', '--quiet', 'extra-container.target']
  const asked = await host.run(...entering(process, target), { allowFailure: true, timeout: 5000 })
  if (asked.exitCode !== 0) return undefined
  await host.files.write(`${state}/pid`, `${process.pid} ${process.startTime}\n`)
  await host.files.write(`${state}/up`, '')
  return process
}

const entering = ({ pid }: ProcessId, argv: readonly string[]): [string, string[]] => [
  'nsenter',
  ['-t', String(pid), '-m', '-p', '-C', '--', ...argv],
]

async function launch(host: Host, cgroup: string | undefined, launched = () => {}): Promise<ProcessId> {
  if (cgroup === undefined) {
    throw new OperationError(
      'systemd is not running here and cgroup v2 is not mounted, so a private one cannot be started. ' +
        'Run: mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    )
  }
  const lock = await host.lock('manager-start')
  try {
    const already = (await find(host)) ?? (await adopt(host, cgroup))
    if (already !== undefined) return already
    await end(host, cgroup)
    for (const folder of [`${state}/dbus`, `${cgroup}/launcher`]) await host.files.makeDirectory(folder)
    const script = `${host.root}/src/machine/private-manager/start.sh`
    const calm = host.hurryCgroupMoves(startTimeout)
    const start = async () => {
      const waiting = await host.startDaemon('sh', [script, state, cgroup], `${state}/log`)
      launched()
      return untilUp(host, waiting)
    }
    const process = await start().finally(calm)
    if (process !== undefined) return process
    const log = (await host.files.read(`${state}/log`))?.trim().split('\n').slice(-20).join('\n')
    await end(host, cgroup)
    throw new OperationError(
      `systemd is not running here, and a private one did not come up:\n${log}\n` +
        'It needs root with all capabilities and a writable cgroup file system (docker run --privileged).',
    )
  } finally {
    await lock?.release()
  }
}

/** @param waiting the PID of the process that waits for it: it ends where the start fails */
async function untilUp(host: Host, waiting: number): Promise<ProcessId | undefined> {
  for (let waited = 0; waited < startTimeout; waited += 2) {
    const process = await find(host)
    if (process !== undefined || !(await host.files.exists(`/proc/${waiting}`))) return process
    await host.sleep(2)
  }
  return undefined
}

/** Ends what is left of a manager and removes every trace of it. All its state is volatile: it is killed. */
async function end(host: Host, cgroup: string | undefined): Promise<void> {
  const recorded = parseProcessId(await host.files.read(`${state}/pid`))
  const process =
    recorded && (await lives(host, recorded)) ? recorded : cgroup ? await findByCgroup(host, cgroup) : undefined
  if (process !== undefined) {
    // All at once: the kernel ends the processes below an init that is killed only after much of the init itself.
    if (cgroup === undefined || !host.killCgroup(cgroup)) host.kill(process.pid, 'SIGKILL')
    // Gone from /proc means that the kernel has ended every process in its PID namespace.
    for (let waited = 0; await lives(host, process); waited += 2) {
      if (waited > 10_000) throw new OperationError(`The private systemd (PID ${process.pid}) does not end`)
      await host.sleep(2)
    }
  }
  for (let tries = 0; cgroup !== undefined && (await host.files.exists(cgroup)); tries++) {
    if (tries > 200) throw new OperationError(`The cgroup ${cgroup} cannot be removed: processes are left in it`)
    if (tries > 0) await host.sleep(10)
    await host.run('find', [cgroup, '-depth', '-type', 'd', '-delete'], { allowFailure: true })
  }
  for (const name of ['up', 'pid', 'log', 'fstab', 'machine-id']) await host.files.removeFile(`${state}/${name}`)
  await forgetNames(host)
  for (const folder of [`${state}/resolve`, `${state}/run`, `${state}/dbus`, state]) {
    await host.files.removeEmptyDirectory(folder)
  }
}

/** What the machine's own programs found names of containers by (nix/dialects/nspawn/names.sh). */
async function forgetNames(host: Host): Promise<void> {
  const socket = '/run/dbus/system_bus_socket'
  if ((await host.files.readLink(socket)) === `${state}/dbus/system_bus_socket`) await host.files.removeFile(socket)
  const machines = '/run/systemd/machines'
  for (const name of await host.files.list(machines)) {
    const file = `${machines}/${name}`
    if ((await host.files.read(file))?.startsWith('# extra-container\n')) await host.files.removeFile(file)
  }
  await host.files.removeEmptyDirectory(machines)
  await host.files.removeFile(`${state}/dbus/system_bus_socket`)
}
