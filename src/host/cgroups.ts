/** Control groups: where they are, and moving processes between them without delay. */
import { closeSync, openSync, readFileSync, write } from 'node:fs'

/** What /proc/self/mountinfo says about where cgroup2 is mounted. */
export function cgroupMount(mountinfo: string): string | undefined {
  for (const line of mountinfo.split('\n')) {
    const [fields = '', source = ''] = line.split(' - ')
    if (source.startsWith('cgroup2 ')) return fields.split(' ')[4]
  }
  return undefined
}

/** Less than a grace period takes. */
const interval = 4

/**
 * Moving a process to another cgroup waits for a grace period of RCU, 5 to 15 ms on an idle machine, unless a process was
 * moved a few milliseconds before: a semaphore of the whole kernel has to leave its fast mode, and goes back to it soon
 * (cgroup_threadgroup_rwsem, kernel/rcu/sync.c). The start of a container moves a dozen, one after the other. The mount option
 * favordynmods would keep it in the other mode for good, and make all other processes of the machine pay for that:
 * https://docs.kernel.org/admin-guide/cgroup-v2.html
 *
 * Here this process moves itself, again and again, to the cgroup that it is in. Where it may not, moves take their time.
 * @param longest milliseconds
 * @returns ends it
 */
export function hurryCgroupMoves(longest: number): () => void {
  const file = openOwn()
  if (file === undefined) return () => {}
  const end = Date.now() + longest
  let ended = false
  const move = () => {
    if (ended || Date.now() > end) return closeSync(file)
    write(file, '0', 0, (error) => {
      ended ||= error !== null
      setTimeout(move, interval).unref()
    })
  }
  move()
  return () => {
    ended = true
  }
}

function openOwn(): number | undefined {
  try {
    const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1]
    const mount = cgroupMount(readFileSync('/proc/self/mountinfo', 'utf8'))
    return own === undefined || mount === undefined ? undefined : openSync(`${mount}${own}/cgroup.procs`, 'w')
  } catch {
    return undefined
  }
}
