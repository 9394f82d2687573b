/** Names of processes that outlast them: a later process of the same PID has another start time. */
import type { Host } from './host.ts'

export interface ProcessId {
  pid: number
  /** From /proc/PID/stat, in the kernel's ticks since boot. */
  startTime: string
}

/** Reads "PID START_TIME". */
export function parseProcessId(text: string | undefined): ProcessId | undefined {
  const match = /^(\d+) (\d+)\s*$/.exec(text ?? '')
  return match ? { pid: Number(match[1]), startTime: match[2] as string } : undefined
}

/** Whether /proc/PID/stat is of that process, alive. */
export const isAlive = (process: ProcessId, stat: string | undefined): boolean =>
  startTimeOf(stat) === process.startTime

/** From /proc/PID/stat; undefined for a process that has ended. The program's name in it may hold spaces and brackets. */
export function startTimeOf(stat: string | undefined): string | undefined {
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields === undefined || ['Z', 'X'].includes(fields[0] ?? 'X') ? undefined : fields[19]
}

const statOf = (host: Pick<Host, 'files'>, pid: number) => host.files.read(`/proc/${pid}/stat`)

/** Asks the kernel whether it lives. */
export const lives = async (host: Pick<Host, 'files'>, process: ProcessId): Promise<boolean> =>
  isAlive(process, await statOf(host, process.pid))

/** This process. */
export async function ownProcessId(host: Pick<Host, 'files' | 'pid'>): Promise<ProcessId> {
  return { pid: host.pid, startTime: startTimeOf(await statOf(host, host.pid)) ?? '0' }
}
