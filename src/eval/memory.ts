/** How much memory evaluations may take: what this machine, and our control groups, have left. */
import type { Host } from '../host/host.ts'

const MiB = 1024 ** 2
const GiB = 1024 ** 3

/** Evaluations are so short that collecting garbage costs more than the memory is worth: this much is used before any is. */
const mostHeap = 4 * GiB
const leastHeap = 32 * MiB

/** Of a process that evaluates containers of nixpkgs, without collecting garbage. Measured with 26.11: docs/nixpkgs.md. */
const aProcess = GiB / 2
const aContainer = GiB / 2

/**
 * Of a process with many containers, for each: garbage is collected once then, when there is much of it, which costs little
 * and saves a quarter of the memory. With 300 MiB it is collected twice now and then, which costs a third more.
 */
const perContainer = 325 * MiB
const many = 4

/**
 * Environment of a Nix process that is one of `processes` at the same time. Half is left to all else that begins meanwhile.
 * @param containers how many it evaluates
 */
export async function heapEnvironment(host: Host, processes = 1, containers = 1): Promise<Record<string, string>> {
  const share = (await availableMemory(host)) / 2 / processes
  const most = containers < many ? mostHeap : Math.min(mostHeap, containers * perContainer)
  const heap = Math.floor(Math.min(most, Math.max(leastHeap, share)) / MiB)
  return { GC_INITIAL_HEAP_SIZE: `${heap}M` }
}

/**
 * Shares out containers of nixpkgs among processes: as many at the same time as there are cores, and memory for; more, one after
 * the other, where memory is short. A process keeps all that it evaluated.
 */
export async function shareOut(host: Host, containers: number): Promise<{ atOnce: number; processes: number }> {
  const available = await availableMemory(host)
  const least = aProcess + aContainer
  const atOnce = Math.max(1, Math.min(host.cores, containers, Math.floor(available / least)))
  const each = Math.max(1, Math.floor((available / atOnce - aProcess) / aContainer))
  return { atOnce, processes: Math.max(1, Math.min(containers, Math.max(atOnce, Math.ceil(containers / each)))) }
}

/** Bytes that can be used without swapping, and below the limits of the control groups that this process is in. */
async function availableMemory(host: Host): Promise<number> {
  const read = async (path: string) => (await host.files.read(path).catch(() => undefined)) ?? ''
  const meminfo = await read('/proc/meminfo')
  const kilobytes = (name: string) => (numberOf(new RegExp(`^${name}:\\s+(\\d+)`, 'm'), meminfo) ?? Infinity) * 1024
  const strict = (await read('/proc/sys/vm/overcommit_memory')).trim() === '2'
  const addresses = numberOf(/^Max address space\s+(\d+)/m, await read('/proc/self/limits'))
  return Math.max(
    0,
    Math.min(
      kilobytes('MemAvailable'),
      strict ? kilobytes('CommitLimit') - kilobytes('Committed_AS') : Infinity,
      // Of one process: its own libraries take a part.
      addresses ?? Infinity,
      ...(await Promise.all(groupsOf(await read('/proc/self/cgroup')).map((group) => roomIn(read, group)))),
    ),
  )
}

interface Group {
  folder: string
  limit: string
  usage: string
  /** What of the usage is given up when memory is short. */
  reclaimable: RegExp
}

/** The memory groups that a process is in, with those above, where they are mounted. */
function groupsOf(text: string): Group[] {
  return text.split('\n').flatMap((line) => {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? []
    const names = path.split('/').filter((name) => name !== '' && name !== '..')
    const above = names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
    // In a control group namespace the topmost has files too.
    const folders = (root: string) => ['', ...above].map((folder) => root + folder)
    if (controllers.split(',').includes('memory')) {
      const files = { limit: 'memory.limit_in_bytes', usage: 'memory.usage_in_bytes' }
      const reclaimable = /^total_(?:in)?active_file (\d+)/gm
      return folders('/sys/fs/cgroup/memory').map((folder) => ({ folder, ...files, reclaimable }))
    }
    if (controllers !== '' || path === '') return []
    const files = { limit: 'memory.max', usage: 'memory.current', reclaimable: /^(?:in)?active_file (\d+)/gm }
    const roots = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']
    return roots.flatMap(folders).map((folder) => ({ folder, ...files }))
  })
}

async function roomIn(read: (path: string) => Promise<string>, group: Group): Promise<number> {
  const { folder, limit, usage, reclaimable } = group
  const most = numberOf(/^(\d+)/, await read(`${folder}/${limit}`))
  if (most === undefined) return Infinity
  const used = numberOf(/^(\d+)/, await read(`${folder}/${usage}`)) ?? 0
  const stat = await read(`${folder}/memory.stat`)
  const given = [...stat.matchAll(reclaimable)].reduce((sum, [, bytes]) => sum + Number(bytes), 0)
  return most - used + given
}

function numberOf(pattern: RegExp, text: string): number | undefined {
  const [, found] = pattern.exec(text) ?? []
  return found === undefined ? undefined : Number(found)
}
