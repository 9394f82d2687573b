/** Running a command inside a container. The work is done by enter.bash, which the helper shell sources as well. */
import type { AttachedResult, Host } from '../host/host.ts'
import { helpShutdown } from './leader.ts'
import type { Manager } from './manager.ts'
import { unitOf } from './systemd.ts'

export interface EnterOptions {
  /** A user of the container, with its groups and its HOME; root where it is missing. */
  user?: string | undefined
  /** A folder of the container. */
  workdir?: string | undefined
  /** VAR=VALUE for the command, beside the container's own PATH, HOME, USER, SHELL, LANG and the caller's TERM. */
  variables?: readonly string[]
  /** False: never a terminal of the container, also where stdin and stdout are terminals. */
  terminal?: boolean
}

/** The file that a shell sources for the function ec_run. */
export const enterScript = (host: Pick<Host, 'root'>): string => `${host.root}/src/machine/enter.bash`

/** The first argument of ec_run: the folder of the container's cgroup, which need not exist. */
export const cgroupOf = (manager: Pick<Manager, 'cgroup'>, name: string): string =>
  `${manager.cgroup ?? '/sys/fs/cgroup'}/machine.slice/${unitOf(name)}`

/**
 * The command that runs another in a container, for `host.run` and `host.attach`; a login shell for []. Its status is the
 * command's own; 1, with a message, where the container does not run or has no such user or folder.
 */
export function enterArguments(
  host: Pick<Host, 'root'>,
  manager: Pick<Manager, 'cgroup'>,
  name: string,
  command: readonly string[],
  options: EnterOptions = {},
): [file: string, args: string[]] {
  const flags = [
    ...(options.user === undefined ? [] : ['-u', options.user]),
    ...(options.workdir === undefined ? [] : ['-w', options.workdir]),
    ...(options.variables ?? []).flatMap((variable) => ['-e', variable]),
  ]
  const args = [enterScript(host), cgroupOf(manager, name), ...flags, '--', ...command]
  return options.terminal === false ? ['env', ['EC_TERMINAL=0', 'bash', ...args]] : ['bash', args]
}

/** How often a container is looked at while commands run in it: nothing tells from outside that it begins to shut down. */
const lookInterval = 500

/** Within this time the first command has begun. */
const beginning = 200

/** `host.attach` for what runs commands in these containers: a container that shuts itself down meanwhile ends them. */
export async function attachInside(
  host: Host,
  manager: Pick<Manager, 'cgroup'>,
  names: readonly string[],
  ...attach: Parameters<Host['attach']>
): Promise<AttachedResult> {
  // A command joins the cgroup of its container.
  const calm = host.hurryCgroupMoves(beginning)
  const help = async () => {
    for (const name of names) await helpShutdown(host, manager, name)
  }
  const stop = host.every(lookInterval, help)
  try {
    const ended = await host.attach(...attach)
    // Perhaps killed by such a shutdown, which does not hear of its end. Its status counts, whatever becomes of that.
    if (ended.status !== 0) await help().catch(() => {})
    return ended
  } finally {
    stop()
    calm()
  }
}
