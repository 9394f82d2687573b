/** Refuses, before anything is installed or started, containers that need what this machine does not have. */
import { dirname } from 'node:path'
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { kindOf } from '../machine/kind.ts'
import { machineKinds } from '../machine/kinds.ts'
import type { Manager } from '../machine/manager.ts'
import type { Declared } from './etc.ts'
import type { Needs } from './needs.ts'
import { checkPorts } from './ports.ts'

/**
 * @param installing containers that this run installs: the kernel must be able to do what they ask of it
 * @param starting containers that this run starts: all they use must be there
 * @param holds the ports that a container has published already, because it runs; undefined where it does not
 * @throws OperationError that names container, option and value
 */
export async function checkNeeds(
  host: Host,
  manager: Pick<Manager, 'cgroup'>,
  installing: readonly Declared[],
  starting: readonly Declared[],
  holds: (name: string) => readonly string[] | undefined,
): Promise<void> {
  for (const container of installing) await checkLimits(host, manager, container)
  for (const { name, settings } of new Set([...installing, ...starting])) {
    await machineKinds[kindOf(settings)].requires?.(host, name, settings)
  }
  const linking = [...new Set([...installing, ...starting])].filter(({ needs }) => needs?.linkKinds?.length)
  if (linking.length > 0) await (await import('./check-kernel.ts')).checkLinkKinds(host, linking)
  for (const { name, needs } of starting) if (needs) await checkThings(host, name, needs, holds(name) !== undefined)
  await checkPorts(host, starting, holds)
}

const link = '/sys/class/net'

const demandOf = (host: Host, name: string) => async (path: string, message: string) => {
  if (!(await host.files.exists(path))) throw new OperationError(`Container "${name}" ${message}`)
}

/** @throws OperationError where there is no such bridge */
export async function checkBridge(host: Host, name: string, bridge: string): Promise<void> {
  const demand = demandOf(host, name)
  const make = `Make one: ip link add ${bridge} type bridge && ip link set ${bridge} up`
  await demand(`${link}/${bridge}`, `joins the bridge ${bridge}, and there is no interface of that name. ${make}`)
  await demand(`${link}/${bridge}/bridge`, `joins the bridge ${bridge}, but that interface is no bridge. ${make}`)
}

async function checkThings(host: Host, name: string, needs: Needs, runs: boolean): Promise<void> {
  const demand = demandOf(host, name)
  const option = needs.links ? 'binds' : 'bindMounts'
  for (const path of needs.files) {
    await demand(path, `binds ${JSON.stringify(path)}, which does not exist. Make it, or change ${option}.`)
  }
  if (needs.credentials && needs.credentials.length > 0) {
    const { checkCredentials } = await import('./credentials.ts')
    await checkCredentials(host, name, needs.credentials)
  }
  for (const path of needs.devices.filter((node) => node.startsWith('/'))) {
    await demand(path, `uses the device ${path}, which this machine does not have. Change allowedDevices or enableTun.`)
  }
  if (needs.devices.includes('/dev/net/tun')) await (await import('./check-kernel.ts')).checkTun(host, name)
  for (const bridge of needs.bridges) await checkBridge(host, name, bridge)
  // Those that have moved into it come back when it stops.
  const interfaces = runs ? [] : needs.interfaces
  for (const [option, names] of Object.entries({ interfaces, macvlans: needs.macvlans })) {
    for (const one of names) {
      await demand(`${link}/${one}`, `uses the interface ${one}, which this machine does not have. Change ${option}.`)
    }
  }
  const { networkNamespace } = needs
  if (networkNamespace !== null) {
    const make = networkNamespace.startsWith('/run/netns/')
      ? ` Make it: ip netns add ${networkNamespace.slice(11)}`
      : ''
    await demand(networkNamespace, `joins the network namespace ${networkNamespace}, which does not exist.${make}`)
  }
}

/** What limits.sh can do where a controller is bound to cgroup v1. */
const possibleInV1 = new Set(['MemoryMax', 'CPUQuota', 'TasksMax'])

async function checkLimits(host: Host, manager: Pick<Manager, 'cgroup'>, { name, needs }: Declared): Promise<void> {
  const wanted = Object.entries(needs?.limits ?? {})
  if (wanted.length === 0) return
  const older = boundToV1((await host.files.read('/proc/self/cgroup')) ?? '')
  const usable = await controllersOf(host, manager)
  for (const [setting, controller] of wanted) {
    const option = `systemd.services."container@${name}".serviceConfig.${setting}${shortcuts[setting] ?? ''}`
    const isOlder = older.has(controller === 'io' ? 'blkio' : controller)
    if (usable.has(controller) || (isOlder && possibleInV1.has(setting))) continue
    if (isOlder) {
      throw new OperationError(
        `Container "${name}" sets ${option}, which needs cgroup v2: on this machine the ${controller} controller is ` +
          `bound to cgroup v1. Possible there: ${[...possibleInV1].join(', ')}.`,
      )
    }
    throw new OperationError(
      `Container "${name}" sets ${option}, and this machine gives containers no ${controller} controller. ` +
        'Remove the limit, or start the machine with that controller in /sys/fs/cgroup/cgroup.controllers.',
    )
  }
}

/** Those of cgroup v2 that the manager can hand to containers. */
async function controllersOf(host: Host, { cgroup }: Pick<Manager, 'cgroup'>): Promise<Set<string>> {
  if (cgroup === undefined) return new Set()
  // The private manager's own may not exist yet; it gets what is above it.
  const own = await host.files.read(`${cgroup}/cgroup.controllers`)
  const text = own ?? (await host.files.read(`${dirname(cgroup)}/cgroup.controllers`)) ?? ''
  return new Set(text.trim().split(' '))
}

const shortcuts: Readonly<Record<string, string>> = {
  MemoryMax: ' (extra.memory)',
  CPUQuota: ' (extra.cpus)',
  TasksMax: ' (extra.pids)',
}

/** Reads /proc/self/cgroup: `4:memory:/path` is a hierarchy of cgroup v1. */
export const boundToV1 = (text: string): Set<string> =>
  new Set(text.split('\n').flatMap((line) => line.split(':')[1]?.split(',') ?? []))
