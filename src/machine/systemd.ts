/** Calls of systemctl and journalctl, and what they print. */
import type { Host, RunOptions, RunResult } from '../host/host.ts'
import type { State } from './machine.ts'
import type { Manager } from './manager.ts'

export const unitOf = (name: string): string => `container@${name}.service`

/** systemd takes no underscores in names of machines. */
export const machineOf = (name: string): string => name.replaceAll('_', '-')

/** Runs a program where it reaches the manager. */
export function runIn(
  host: Host,
  manager: Pick<Manager, 'enter'>,
  file: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<RunResult> {
  return host.run(...manager.enter(file, args), options)
}

export const systemctl = (
  host: Host,
  manager: Pick<Manager, 'enter'>,
  args: readonly string[],
  options?: RunOptions,
): Promise<RunResult> => runIn(host, manager, 'systemctl', ['--no-ask-password', ...args], options)

/** Properties of one unit, by name. */
export type Properties = ReadonlyMap<string, string>

/** Reads `systemctl show` of several units: blocks of KEY=VALUE, an empty line between them. Values may hold `=`. */
export function parseShow(text: string): Properties[] {
  return text
    .split(/\n{2,}/)
    .filter((block) => block.trim() !== '')
    .map(
      (block) =>
        new Map(
          block.split('\n').flatMap((line): [string, string][] => {
            const at = line.indexOf('=')
            return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)]]
          }),
        ),
    )
}

/** The properties of each container's unit, in one call. */
export async function showUnits(
  host: Host,
  manager: Pick<Manager, 'enter'>,
  names: readonly string[],
  properties: readonly string[],
): Promise<Map<string, Properties>> {
  if (names.length === 0) return new Map()
  const args = ['show', `--property=${['Id', ...properties].join(',')}`, '--', ...names.map(unitOf)]
  const blocks = parseShow((await systemctl(host, manager, args)).stdout)
  const byId = new Map(blocks.map((block) => [block.get('Id'), block]))
  return new Map(names.map((name) => [name, byId.get(unitOf(name)) ?? new Map()]))
}

/** What systemd's ActiveState means for a container. */
export function stateOf(activeState: string | undefined): State {
  switch (activeState) {
    case 'active':
    case 'reloading':
    case 'refreshing':
      return 'running'
    case 'activating':
      return 'starting'
    case 'deactivating':
      return 'stopping'
    case 'failed':
      return 'failed'
    default:
      return 'stopped'
  }
}

/** Units of containers that run, come up or go down. */
export async function activeContainers(host: Host, manager: Pick<Manager, 'enter'>): Promise<string[]> {
  const states = '--state=active,reloading,activating,deactivating'
  const args = [
    'list-units',
    '--plain',
    '--no-legend',
    '--full',
    states,
    'container@*.service',
    'systemd-nspawn@*.service',
  ]
  const { stdout } = await systemctl(host, manager, args)
  return stdout.split('\n').flatMap((line) => line.split(' ')[0] || [])
}

/**
 * What the last start of a container logged: its console, and systemd's own words about it. Oldest first.
 * @param since when that start began (milliseconds since 1970), where that is known. journald cannot tell any more to which
 * start a line belongs where it reads the line after the process and its unit have ended.
 */
export async function journalOf(
  host: Host,
  manager: Pick<Manager, 'enter'>,
  name: string,
  lines: number,
  since?: number,
): Promise<string[]> {
  // What it logged last may be on its way still.
  await runIn(host, manager, 'journalctl', ['--sync'], { allowFailure: true })
  const which =
    since === undefined ? await ofLastStart(host, manager, name) : [`--since=@${since / 1000}`, unitIs(name)]
  const args = ['--quiet', '--no-pager', '--output=cat', `--lines=${lines}`, ...which]
  const { stdout } = await runIn(host, manager, 'journalctl', args, { allowFailure: true })
  return stdout.split('\n').filter((line) => line.trim() !== '')
}

const unitIs = (name: string) => `--unit=${unitOf(name)}`

async function ofLastStart(host: Host, manager: Pick<Manager, 'enter'>, name: string): Promise<string[]> {
  const id = (await showUnits(host, manager, [name], ['InvocationID'])).get(name)?.get('InvocationID')
  return id ? [`_SYSTEMD_INVOCATION_ID=${id}`, '+', `INVOCATION_ID=${id}`] : [unitIs(name)]
}

/** SD_MESSAGE_UNIT_FAILURE_RESULT */
const failedWithResult = 'd9b373ed55a64feb8242e02dbe79a49c'

/** With which Result= a container's unit failed last; undefined where it did not since then (milliseconds since 1970). */
export async function lastFailure(
  host: Host,
  manager: Pick<Manager, 'enter'>,
  name: string,
  since: number,
): Promise<string | undefined> {
  const which = [`UNIT=${unitOf(name)}`, `MESSAGE_ID=${failedWithResult}`, `--since=@${Math.floor(since / 1000)}`]
  const args = ['--quiet', '--no-pager', '--output=json', '--output-fields=UNIT_RESULT', '--lines=1', ...which]
  const { stdout } = await runIn(host, manager, 'journalctl', args, { allowFailure: true })
  return /"UNIT_RESULT":"([a-z-]+)"/.exec(stdout)?.[1]
}
