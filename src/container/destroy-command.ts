/** The ways of saying which containers `destroy` removes. */
import type { Host } from '../host/host.ts'
import type { State } from '../machine/machine.ts'
import { buildContainers, checkRequest, type DefinitionRequest } from './build.ts'
import { destroyContainers, requireOurs } from './destroy.ts'
import { listInstalled, readInstalled, refuseForeign } from './installed.ts'
import { checkName } from './names.ts'
import { plain, type Report, type ReportOptions, reporting } from './report.ts'
import { withMachines } from './with-machines.ts'

interface DestroyOptions extends ReportOptions {
  noWait?: boolean
}

/** @throws UsageError for a bad name, OperationError for a container that is not there or not ours */
export async function destroyNamed(
  host: Host,
  names: readonly string[],
  options: DestroyOptions = plain,
): Promise<void> {
  for (const name of names) refuseForeign(name, await readInstalled(host, checkName(name)))
  await reporting(host, 'destroy', options, (report) => destroyThese(host, names, options, report))
}

export const destroyAll = (host: Host, options: DestroyOptions): Promise<void> =>
  reporting(host, 'destroy', options, async (report) => destroyThese(host, await listInstalled(host), options, report))

/** Destroys what the definition declares; what of it is not installed is passed over. */
export async function destroyDefined(host: Host, request: DefinitionRequest, options: DestroyOptions): Promise<void> {
  const checked = await checkRequest(host, request)
  await reporting(host, 'destroy', options, async (report) => {
    const { declared } = await buildContainers(host, checked)
    const names: string[] = []
    for (const { name } of declared) {
      const installed = await readInstalled(host, name)
      refuseForeign(name, installed)
      if (installed.kind === 'ours') names.push(name)
    }
    if (!options.dryRun) for (const line of ['Destroying containers:', ...names]) report.say(line)
    await destroyThese(host, names, options, report)
  })
}

async function destroyThese(
  host: Host,
  names: readonly string[],
  { dryRun, json, noWait = false }: DestroyOptions,
  report: Report,
): Promise<void> {
  if (names.length === 0) return
  const unique = [...new Set(names)].sort()
  await withMachines(
    host,
    { start: false, noWait },
    () => requireOurs(host, unique),
    async (engine) => {
      if (dryRun || json) {
        const states = await engine.machines.states(unique)
        report.containers = unique.map((name) => ({ name, steps: ['destroy'], reason: reasonOf(states.get(name)) }))
      }
      if (!dryRun) await destroyContainers(host, engine, unique)
    },
  )
}

const reasonOf = (state: State | undefined) =>
  state === 'running' || state === 'starting' ? 'it runs and is killed' : 'it is down'
