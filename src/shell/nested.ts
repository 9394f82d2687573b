/** `shell` within a session: what the session's variables say about its containers. */
import { UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'

/** Holds the names of a session's containers, as the bash tool's does that of its one. */
export const sessionVariable = 'runningShellContainer'
/** JSON: names of the definition, and those that the session gave to its containers. Kept through sudo by its prefix. */
export const renamedVariable = 'EXTRA_CONTAINER_RENAMED'

/**
 * Whether these containers are those of the session that this runs in.
 * @throws UsageError where only some are
 */
export function isWithin(env: Host['env'], names: readonly string[]): boolean {
  const session = (env[sessionVariable] ?? '').split(' ')
  const strangers = names.filter((name) => !session.includes(name))
  if (strangers.length > 0 && strangers.length < names.length) {
    throw new UsageError(
      `The containers of this session are ${session.join(', ')}, and the definition also has ${strangers.join(', ')}. ` +
        'Leave the session first (exit), or leave those out.',
    )
  }
  return strangers.length === 0
}

/** So that the definition of a session with unique names means its containers. */
export function renamedBy(env: Host['env']): Record<string, string> {
  try {
    const value: unknown = JSON.parse(env[renamedVariable] || '{}')
    const isText = ([, name]: [string, unknown]) => typeof name === 'string'
    return Object.fromEntries(Object.entries(value ?? {}).filter(isText)) as Record<string, string>
  } catch {
    return {}
  }
}
