/** The session itself: a command or a shell with the helpers, on the caller's terminal. */
import { dirname } from 'node:path'
import { type Declared, definedName } from '../container/etc.ts'
import { stateOf } from '../container/paths.ts'
import { addressIn } from '../container/ssh.ts'
import type { Engine } from '../container/with-machines.ts'
import type { Host } from '../host/host.ts'
import { attachInside, cgroupOf } from '../machine/exec.ts'
import { kindOf } from '../machine/kind.ts'
import type { Manager } from '../machine/manager.ts'
import type { Here } from './here.ts'
import { renamedVariable, sessionVariable } from './nested.ts'
import type { SessionSsh } from './ssh/session.ts'
import { interactive, type UserShell } from './user-shell.ts'

const addressOf = ({ settings }: Declared) => addressIn(settings) ?? ''

/**
 * What the helpers read. A session of one container has `name` and `ip`; a lab has neither, but `ip_NAME` for each.
 * `runningShellContainer` tells a nested `shell` where it is.
 */
export function environment(
  host: Pick<Host, 'root' | 'env'>,
  manager: Pick<Manager, 'cgroup'>,
  declared: readonly Declared[],
  here?: Here,
): Record<string, string> {
  const [first, ...others] = declared as [Declared, ...Declared[]]
  const inSession = declared.map(({ name }) => name).join(' ')
  const only = others.length === 0 ? first : undefined
  const names = declared.map((container) => [definedName(container), container.name] as const)
  const addresses = declared.map((container) => [
    `ip_${definedName(container).replaceAll('-', '_')}`,
    addressOf(container),
  ])
  return {
    name: only?.name ?? '',
    ip: only ? addressOf(only) : '',
    names: declared.map(definedName).join(' '),
    ...Object.fromEntries(addresses),
    [sessionVariable]: inSession,
    [renamedVariable]: JSON.stringify(Object.fromEntries(names.filter(([from, to]) => from !== to))),
    EXTRA_CONTAINER_ROOT: host.root,
    // The cssh of a session around this one leads to that one's containers.
    EXTRA_CONTAINER_SSH: host.env[sessionVariable] === inSession ? (host.env.EXTRA_CONTAINER_SSH ?? '') : '',
    EXTRA_CONTAINER_MACHINES: dirname(cgroupOf(manager, first.name)),
    EXTRA_CONTAINER_CGROUP: only ? cgroupOf(manager, only.name) : '',
    EXTRA_CONTAINER_LAB: only ? '' : names.map(([from, to]) => `${from}=${to}`).join(' '),
    EXTRA_CONTAINER_STATE: only ? stateOf(only.name, kindOf(only.settings)) : '',
    EXTRA_CONTAINER_USER: here && here.uid !== 0 ? here.user : '',
    EXTRA_CONTAINER_WORKDIR: here?.path ?? '',
  }
}

/**
 * @param program a command, or the interactive shell that is opened
 * @returns its exit status
 */
export async function runSession(
  host: Host,
  { manager }: Engine,
  declared: readonly Declared[],
  program: readonly string[] | UserShell,
  { ssh, here }: { ssh?: SessionSsh | undefined; here?: Here | undefined } = {},
): Promise<number> {
  const env = { ...environment(host, manager, declared, here), ...ssh?.env }
  const names = declared.map(({ name }) => name)
  if (!('kind' in program)) {
    const script = 'source "$1"; shift; "$@"'
    const helpers = `${host.root}/src/shell/helpers.bash`
    const argv = ['-c', script, 'bash', helpers, ...program]
    return (await attachInside(host, manager, names, 'bash', argv, { env })).status
  }
  host.note(['Starting shell.', 'Enter "h" for documentation.', ...(ssh?.hints ?? [])].join('\n'))
  const shell = interactive(host, program)
  return (await attachInside(host, manager, names, ...shell.argv, { env: { ...env, ...shell.env } })).status
}
