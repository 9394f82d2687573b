/** `create`: build, install, start. */
import type { Host } from '../host/host.ts'
import { thenAlways } from './always.ts'
import { applyContainers } from './apply.ts'
import { buildForInstall, checkRequest, type DefinitionRequest } from './build.ts'
import { releaseAddresses } from './claims.ts'
import type { Declared } from './etc.ts'
import type { Mode, Step } from './plan.ts'
import { generationOf } from './record.ts'
import { type ReportOptions, reporting, stepReport } from './report.ts'
import { sshLine } from './ssh.ts'
import { survey } from './survey.ts'
import type { Wait } from './wait/condition.ts'
import { withMachines } from './with-machines.ts'

export interface CreateOptions extends ReportOptions {
  mode: Mode
  noWait?: boolean
  wait?: Wait | undefined
}

/** @throws UsageError, OperationError: nothing is installed then that was not before; ContainersFailed */
export async function createContainers(host: Host, request: DefinitionRequest, options: CreateOptions): Promise<void> {
  const { mode, dryRun, wait, noWait = false } = options
  const checked = await checkRequest(host, request)
  if (checked.definition.kind !== 'built') host.note('Building containers...')
  const work = () =>
    reporting(host, 'create', options, (report) =>
      withMachines(
        host,
        { start: mode.start && !dryRun, noWait },
        () => buildForInstall(host, checked),
        async (engine, { declared, etc }) => {
          const planned = (steps: readonly Step[]) => {
            report.containers = steps.map(stepReport)
          }
          if (dryRun) return planned((await survey(host, engine, declared, options)).steps)
          const { say } = report
          const signal = host.interrupted
          const recorded = await generationOf(host, etc)
          const told = { planned, say, tellFailed: true }
          await applyContainers(host, engine, declared, { mode, recorded, signal, wait, ...told })
          if (checked.keys) sayHowToConnect(host, declared)
        },
      ),
    )
  await thenAlways(host, work, () => releaseAddresses(host))
}

function sayHowToConnect(host: Host, declared: readonly Declared[]): void {
  for (const container of declared) {
    const line = sshLine(container)
    if (line !== undefined) host.note(`SSH to ${container.name}: ${line}`)
  }
}
