/**
 * `logs`: what the system inside a container has logged, by journalctl. One that runs is asked itself, which knows where its
 * journal is; of one that is down it is in the root folder.
 */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { enterArguments } from '../machine/exec.ts'
import { journalFolder } from '../machine/inner-journal.ts'
import { kindOf } from '../machine/kind.ts'
import { unitOf } from '../machine/systemd.ts'
import { parseConf } from './conf.ts'
import { withInstalled } from './control.ts'
import { pathsOf, rootOf } from './paths.ts'
import type { Engine } from './with-machines.ts'

export interface LogsOptions {
  /** Only the last ones; undefined: as many as journalctl shows. */
  lines: number | undefined
  /** Go on with what is logged from now on. */
  follow: boolean
  /** Of these units inside alone; none: of all. */
  units: readonly string[]
}

/** Milliseconds. A shutdown may take systemd's timeout of 90 seconds. */
const longestShutdown = 100_000
const pause = 100

/** How many lines tell of a start that failed. */
const failureLines = 10

/**
 * Shows it on this process's own standard output.
 * @returns journalctl's exit status; 0 where the container that is followed stops
 * @throws UsageError for a bad name, OperationError for a container that is not there, not ours, or has no journal
 */
export const showLogs = (host: Host, name: string, options: LogsOptions): Promise<number> =>
  withInstalled(host, [name], async (engine) => {
    const { machines, manager } = engine
    const leader = await machines.leader(name)
    if (leader === undefined) return showLeft(host, engine, name, options)
    const { status } = await host.attach(...enterArguments(host, manager, name, ['journalctl', ...flagsOf(options)]))
    // A stop kills the wait for it, and journalctl inside goes on (letGo of Machines.stop).
    if (!options.follow || ![137, 143].includes(status) || host.interrupted.aborted) return status
    for (let waited = 0; (await machines.leader(name)) === leader; waited += pause) {
      if (waited > longestShutdown || host.interrupted.aborted) return status
      await host.sleep(pause)
    }
    // journald tells of new lines four times a second, and a shutdown is faster.
    host.note(`Container "${name}" has stopped. All that it logged last: extra-container logs ${name} -n 20`)
    return 0
  })

const flagsOf = ({ lines, follow, units }: LogsOptions): string[] => [
  '--no-pager',
  ...(lines === undefined ? [] : [`--lines=${lines}`]),
  ...(follow ? ['--follow'] : []),
  ...units.map((unit) => `--unit=${unit}`),
]

/** What a container that is down has left. */
async function showLeft(host: Host, engine: Engine, name: string, options: LogsOptions): Promise<number> {
  const { manager } = engine
  const settings = parseConf((await host.files.read(pathsOf(name).conf)) ?? '')
  const folder = await journalFolder(host, rootOf(name, kindOf(settings)))
  const ofAll = options.units.length === 0
  if (folder !== undefined) {
    const program = await journalctlOf(host, settings.get('SYSTEM_PATH'))
    const { status } = await host.attach(program, [`--directory=${folder}`, ...flagsOf(options)])
    if (ofAll && !options.follow) await tellFailure(host, engine, name)
    return status
  }
  if (!ofAll || !manager.running()) {
    throw new OperationError(
      `Container "${name}" is down and keeps no journal. Start it: extra-container start ${name}`,
    )
  }
  host.note(`Container "${name}" is down and keeps no journal. This is what its unit ${unitOf(name)} logged:`)
  return (await host.attach(...manager.enter('journalctl', [...flagsOf(options), `--unit=${unitOf(name)}`]))).status
}

/** This machine's own may be too old to read what a newer one wrote. */
async function journalctlOf(host: Host, system: string | undefined): Promise<string> {
  const own = `${system}/sw/bin/journalctl`
  return system !== undefined && (await host.files.exists(own)) ? own : 'journalctl'
}

/** A start may fail before anything inside could log. */
async function tellFailure(host: Host, { machines }: Engine, name: string): Promise<void> {
  if ((await machines.states([name])).get(name) !== 'failed') return
  const lines = await machines.journal(name, failureLines)
  if (lines.length === 0) return
  host.note(`Container "${name}" failed when it ran last. The last lines of its unit ${unitOf(name)}:`)
  for (const line of lines) host.note(`  ${line}`)
}
