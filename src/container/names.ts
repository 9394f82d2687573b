/** Container names: checked before any of them becomes part of a path or the name of a unit. */
import { UsageError } from '../host/errors.ts'
import { machineOf } from '../machine/systemd.ts'

const valid = /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$/

/** The longest host name that Linux takes; systemd takes no longer machine name. */
const longest = 64

/** What is wrong with a name; undefined where it is good. */
function faultOf(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > longest) return `it has ${name.length} characters, ${longest} is the most`
  if (!valid.test(name)) return 'letters, digits and, between them, "-" and "_" are allowed'
  return undefined
}

export const isName = (name: string): boolean => faultOf(name) === undefined

/**
 * Gives the name back.
 * @throws UsageError for a name that systemd does not take for a machine
 */
export function checkName(name: string): string {
  const fault = faultOf(name)
  if (fault === undefined) return name
  throw new UsageError(`${JSON.stringify(name)} is no name for a container: ${fault}.`)
}

/** @throws UsageError where systemd could not tell two containers apart: its names of machines have no underscores */
export function refuseSameMachine(declared: readonly string[], installed: readonly string[]): void {
  for (const name of declared) {
    const other = [...declared, ...installed].find((known) => known !== name && machineOf(known) === machineOf(name))
    if (other === undefined) continue
    throw new UsageError(
      `Containers "${name}" and "${other}" would both be the machine ${machineOf(name)}, since systemd takes no "_". ` +
        'Give one of them another name.',
    )
  }
}
