/**
 * Which sessions there are: each is a file /run/extra-container/sessions/PID-STARTTIME for as long as it lives. One whose
 * process is gone was killed, and could not clean up.
 */
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { lives, ownProcessId, type ProcessId } from '../host/process-id.ts'

const folder = '/run/extra-container/sessions'

export interface Session extends ProcessId {
  /** The command that it is of: `shell`. */
  kind: string
  /** Its containers. */
  names: readonly string[]
  /** Whether it destroys them at its end. */
  destroys: boolean
}

const fileOf = ({ pid, startTime }: ProcessId) => `${folder}/${pid}-${startTime}`

/** Registers this process. Gives the function that takes it back, to be called however the session ends. */
export async function registerSession(
  host: Host,
  session: Pick<Session, 'kind' | 'names' | 'destroys'>,
): Promise<() => Promise<void>> {
  const file = fileOf(await ownProcessId(host))
  await host.files.write(file, `${JSON.stringify(session)}\n`, 0o600)
  return () => forget(host, file)
}

/** Its file last: what is left of it while it is there is found by it. */
async function forget(host: Host, file: string): Promise<void> {
  const own = file.slice(folder.length + 1)
  for (const other of await host.files.list(folder)) {
    if (other.startsWith(`${own}.`)) await host.files.removeFile(`${folder}/${other}`)
  }
  await host.files.removeFile(file)
}

const lostMark = (session: ProcessId, name: string) => `${fileOf(session)}.${name}`

/**
 * Tells the sessions whose containers these are that another command destroyed them. Those that were killed too: what bears
 * the names later is not theirs to remove.
 */
export async function markLost(host: Host, names: readonly string[]): Promise<void> {
  for (const session of await readSessions(host)) {
    if (session.alive && session.pid === host.pid) continue
    for (const name of session.names) {
      // In its own session, that is what the user wants.
      const lost = names.includes(name) && !(host.env.runningShellContainer ?? '').split(' ').includes(name)
      if (lost) await host.files.write(lostMark(session, name), '', 0o600)
    }
  }
}

/** Another command takes over the containers that a killed session left: they are there to stay. */
export async function takeFromDead(host: Host, names: readonly string[]): Promise<void> {
  for (const session of await readSessions(host)) {
    if (session.alive) continue
    for (const name of session.names) {
      if (names.includes(name)) await host.files.write(lostMark(session, name), '', 0o600)
    }
  }
}

/** Those of this session's containers that another command destroyed: what bears their names now is not the session's. */
export const lostOf = async (host: Host, names: readonly string[]): Promise<string[]> =>
  lostOfSession(host, await ownProcessId(host), names)

/** The same of any session; also those that were taken from it when it was dead. */
export async function lostOfSession(host: Host, session: ProcessId, names: readonly string[]): Promise<string[]> {
  const lost = await Promise.all(names.map((name) => host.files.exists(lostMark(session, name))))
  return names.filter((_, index) => lost[index])
}

/**
 * To be called with the containers' locks.
 * @param keeps whether this session leaves the containers as they are, before and after
 * @throws OperationError where one belongs to another session that lives
 */
export async function refuseOwned(host: Host, names: readonly string[], keeps: boolean): Promise<void> {
  for (const session of await readSessions(host)) {
    if (!session.alive || session.pid === host.pid || (keeps && !session.destroys)) continue
    const name = session.names.find((owned) => names.includes(owned))
    if (name === undefined) continue
    throw new OperationError(
      `Container "${name}" belongs to a session that runs (PID ${session.pid}). ` +
        'Give this session a container of its own: --unique. Or run the command inside that session.',
    )
  }
}

/** All that are registered, each with whether its process lives. */
export async function readSessions(host: Host): Promise<(Session & { alive: boolean })[]> {
  const files = await host.files.list(folder)
  const sessions = await Promise.all(files.map((file) => readSession(host, file)))
  return sessions.filter((session) => session !== undefined)
}

async function readSession(host: Host, file: string): Promise<(Session & { alive: boolean }) | undefined> {
  const [, pid, startTime = ''] = /^(\d+)-(\d+)$/.exec(file) ?? []
  const text = pid === undefined ? undefined : await host.files.read(`${folder}/${file}`)
  if (text === undefined) return undefined
  const process = { pid: Number(pid), startTime }
  const { kind, names, destroys } = parse(text)
  return {
    ...process,
    kind: typeof kind === 'string' ? kind : 'shell',
    names: Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [],
    destroys: destroys === true,
    alive: await lives(host, process),
  }
}

/** A file that a full disk cut short is a session of which nothing is known. */
function parse(text: string): { [Field in keyof Session]?: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** To be called when what a dead session left is removed. */
export const forgetSession = (host: Host, session: ProcessId): Promise<void> => forget(host, fileOf(session))
