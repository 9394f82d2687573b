/** Containers that run with other options than are installed: these were installed without a restart. */
import type { Host } from '../host/host.ts'
import { showUnits } from '../machine/systemd.ts'
import { isName } from './names.ts'
import type { Step } from './plan.ts'
import type { Engine } from './with-machines.ts'

/** Here a file for each, which says which start of its unit that is: after another one it means nothing. */
const folder = '/run/extra-container/outdated'
const pathOf = (name: string) => `${folder}/${name}`

async function startsOf(host: Host, { manager }: Engine, names: readonly string[]): Promise<Map<string, string>> {
  if (!manager.running()) return new Map()
  const units = await showUnits(host, manager, names, ['InvocationID'])
  return new Map([...units].map(([name, unit]) => [name, unit.get('InvocationID') ?? '']))
}

/** Notes which containers a plan leaves running with the options that they had before. */
export async function noteOutdated(host: Host, engine: Engine, steps: readonly Step[]): Promise<void> {
  const left = steps.filter(
    ({ change, action, runs }) => change === 'container' && runs && ['none', 'hold'].includes(action),
  )
  for (const [name, start] of await startsOf(
    host,
    engine,
    left.map(({ name }) => name),
  )) {
    await host.files.write(pathOf(name), `${start}\n`)
  }
}

/** Those among these, which run. */
export async function findOutdated(host: Host, engine: Engine, names: readonly string[]): Promise<Set<string>> {
  const noted = (await host.files.list(folder)).filter((name) => isName(name) && names.includes(name))
  const starts = await startsOf(host, engine, noted)
  const texts = await Promise.all(noted.map((name) => host.files.read(pathOf(name))))
  return new Set(noted.filter((name, index) => texts[index]?.trim() === starts.get(name)))
}

/** Names that are noted. */
export const listOutdated = (host: Host): Promise<string[]> => host.files.list(folder)

export const forgetOutdated = (host: Host, name: string): Promise<void> => host.files.removeFile(pathOf(name))
