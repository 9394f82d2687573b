/** What the systemd inside a container says about its units, asked through the container's own systemctl and journalctl. */
import type { Host } from '../host/host.ts'
import { enterArguments } from './exec.ts'
import type { Manager } from './manager.ts'
import { type Properties, parseShow } from './systemd.ts'

/** A unit inside, and why it is of interest. */
export interface InnerUnit {
  name: string
  /** `failed: exit-code`, `did not finish starting` */
  state: string
  /** The last lines that it logged, oldest first. */
  lines: readonly string[]
}

const askFor = 10_000
const most = 3
const lineCount = 10

/** The container's root may log what a terminal takes for commands. */
export const printable = (text: string): string => text.replace(/[^\P{C}\t]/gu, '?')

/** Runs a command inside, without a terminal and never for long. */
export const runInside = (
  host: Host,
  manager: Pick<Manager, 'cgroup'>,
  name: string,
  command: readonly string[],
  timeout = askFor,
) => host.run(...enterArguments(host, manager, name, command, { terminal: false }), { allowFailure: true, timeout })

// What a unit logged is indented, so that no line of it is taken for the name of a unit.
const script = `
journalctl --sync 2>/dev/null
if [ $# -eq 1 ]; then set -- $(systemctl list-units --state=failed --plain --no-legend --full | head -n "$1" | cut -d ' ' -f 1); else shift; fi
for unit; do
    echo "$unit $(systemctl show --property=ActiveState,SubState,Result -- "$unit" | tr '\\n' ' ')"
    journalctl --quiet --no-pager --boot --output=cat --lines=${lineCount} --unit="$unit" | sed 's/^/  /'
done`

async function ask(host: Host, manager: Pick<Manager, 'cgroup'>, name: string, units: readonly string[]) {
  try {
    const { stdout } = await runInside(host, manager, name, ['sh', '-c', script, 'sh', String(most), ...units])
    return parseInnerUnits(stdout)
  } catch {
    // It hangs, or is just going down: the error that this was to explain is told without.
    return []
  }
}

/** Reads what the script above prints. */
export function parseInnerUnits(text: string): InnerUnit[] {
  const units: (InnerUnit & { lines: string[] })[] = []
  for (const line of text.split('\n')) {
    if (line.startsWith('  ')) {
      if (line.trim() !== '') units.at(-1)?.lines.push(printable(line.slice(2)))
      continue
    }
    const [name = '', ...pairs] = line.split(' ')
    if (name === '') continue
    const properties = parseShow(pairs.join('\n'))[0] ?? new Map()
    units.push({ name: printable(name), state: printable(stateOfUnit(properties)), lines: [] })
  }
  return units
}

/** `failed: exit-code`, `activating: start-pre`. */
export function stateOfUnit(properties: Properties): string {
  const active = properties.get('ActiveState') ?? 'unknown'
  const detail = active === 'failed' ? properties.get('Result') : properties.get('SubState')
  return detail && detail !== active ? `${active}: ${detail}` : active
}

/** Units inside that have failed, the first few; nothing where the container does not run or does not answer. */
export const failedUnits = (host: Host, manager: Pick<Manager, 'cgroup'>, name: string): Promise<InnerUnit[]> =>
  ask(host, manager, name, [])

/** One unit inside. */
export const innerUnit = async (
  host: Host,
  manager: Pick<Manager, 'cgroup'>,
  name: string,
  unit: string,
): Promise<InnerUnit | undefined> => (await ask(host, manager, name, [unit]))[0]

/** Sentences with indented lines, for a message. */
export const describeUnits = (units: readonly InnerUnit[]): string =>
  units
    .map(({ name, state, lines }) => {
      const head = `Unit ${name} inside: ${state}.`
      return lines.length > 0 ? [`${head} Its last lines:`, ...lines.map((line) => `  ${line}`)].join('\n') : head
    })
    .join('\n')
