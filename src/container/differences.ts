/** What differs between two versions of a container: directives of its unit, keys of its conf, its system. Pure. */
import { parseConf } from './conf.ts'
import type { Declared } from './etc.ts'
import type { Installed } from './installed.ts'

export interface Difference {
  /** `running`: the system that runs is another than the one that is installed. */
  what: 'unit' | 'conf' | 'system' | 'running'
  /** `Service.ExecStart`, `HOST_ADDRESS`; for a system `SYSTEM_PATH`. */
  key: string
  /** Null where it is not set; the values of a directive that is given several times are lines. */
  before: string | null
  after: string | null
}

/** The lines that change with the container's system, and tell nothing that SYSTEM_PATH does not. */
const followsSystem = new Set(['Unit.X-Restart-Triggers'])

/** `Section.Key` to its values, one a line, of a unit file's text. */
export function parseUnit(text: string): Map<string, string> {
  const directives = new Map<string, string>()
  let section = ''
  for (const line of text.split('\n')) {
    const header = /^\[(.+)\]\s*$/.exec(line)?.[1]
    if (header !== undefined) section = header
    const [, key, value] = /^([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)$/.exec(line) ?? []
    if (key === undefined || value === undefined) continue
    const full = `${section}.${key}`
    const earlier = directives.get(full)
    directives.set(full, earlier === undefined ? value : `${earlier}\n${value}`)
  }
  return directives
}

function compare(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>) {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort()
  return keys
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => ({ key, before: before.get(key) ?? null, after: after.get(key) ?? null }))
}

/** What of a container of ours is installed otherwise than it is declared; nothing for one that is new. */
export function differencesOf(declared: Declared, installed: Installed): Difference[] {
  if (installed.kind !== 'ours' || !installed.unit || !installed.conf) return []
  const unit = compare(parseUnit(installed.unit.text), parseUnit(declared.unit.text))
    .filter(({ key }) => !followsSystem.has(key))
    .map((difference) => ({ what: 'unit' as const, ...difference }))
  const conf = compare(parseConf(installed.conf.text), parseConf(declared.conf.text)).map((difference) => ({
    what: difference.key === 'SYSTEM_PATH' ? ('system' as const) : ('conf' as const),
    ...difference,
  }))
  return [...unit, ...conf]
}
