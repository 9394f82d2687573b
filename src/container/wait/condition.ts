/** What `--wait` waits for: `unit:NAME`, `port:N`, `cmd:COMMAND`, for all containers or, as `CONTAINER/unit:NAME`, for one. */
import { UsageError } from '../../host/errors.ts'
import type { Properties } from '../../machine/systemd.ts'
import { parseSockets } from '../proc-net.ts'

export interface Condition {
  /** As it was given. */
  text: string
  /** Of one container alone. */
  container: string | undefined
  kind: 'unit' | 'port' | 'cmd'
  value: string
}

export interface Wait {
  conditions: readonly Condition[]
  /** Seconds, from when the container has started. */
  timeout: number
}

/** @throws UsageError */
export function parseCondition(text: string): Condition {
  const [, container, kind, value = ''] = /^(?:([A-Za-z0-9_-]+)\/)?(unit|port|cmd):(.*)$/s.exec(text) ?? []
  const fault = faultOf(kind, value)
  if (fault !== undefined) throw new UsageError(`--wait ${JSON.stringify(text)}: ${fault}`)
  return { text, container, kind: kind as Condition['kind'], value }
}

function faultOf(kind: string | undefined, value: string): string | undefined {
  switch (kind) {
    case 'unit':
      return /^[A-Za-z0-9:_.@\\][A-Za-z0-9:_.@\\-]*$/.test(value) ? undefined : 'that is no name of a unit.'
    case 'port':
      return /^[1-9]\d{0,4}$/.test(value) && Number(value) <= 65535 ? undefined : 'a port is a number from 1 to 65535.'
    case 'cmd':
      return value.trim() === '' ? 'the command is missing.' : undefined
    default:
      return 'write unit:NAME, port:NUMBER or cmd:COMMAND, for one of several containers CONTAINER/unit:NAME.'
  }
}

/** @throws UsageError where a condition is of a container that is not among them */
export function checkContainers({ conditions }: Wait, names: readonly string[]): void {
  for (const { container, text } of conditions) {
    if (container === undefined || names.includes(container)) continue
    throw new UsageError(
      `--wait ${JSON.stringify(text)}: there is no container "${container}" among ${names.join(', ')}.`,
    )
  }
}

/** TCP ports that something listens on, from /proc/PID/net/tcp and tcp6. */
export const listening = (...tables: readonly (string | undefined)[]): number[] =>
  [...new Set(tables.flatMap((table) => parseSockets(table ?? '', 'tcp').map(({ port }) => port)))].sort(
    (a, b) => a - b,
  )

/** Whether a unit is up, or has done what it is for. `hopeless`: it has failed, and nothing will start it again. */
export function unitReadiness(properties: Properties): 'ready' | 'waiting' | 'hopeless' {
  const state = properties.get('ActiveState')
  if (state === 'active' || state === 'reloading' || state === 'refreshing') return 'ready'
  if (state === 'failed') return 'hopeless'
  const ended = Number(properties.get('ExecMainExitTimestampMonotonic') ?? 0) > 0
  const oneshot = properties.get('Type') === 'oneshot'
  return state === 'inactive' && oneshot && ended && properties.get('Result') === 'success' ? 'ready' : 'waiting'
}
