/** `shell`: containers that live as long as the session. */
import { thenAlways } from '../container/always.ts'
import { applyHeld } from '../container/apply.ts'
import { buildForInstall, checkRequest, type DefinitionRequest } from '../container/build.ts'
import { whileChanging } from '../container/change.ts'
import { releaseAddresses } from '../container/claims.ts'
import type { Declared } from '../container/etc.ts'
import { readInstalled } from '../container/installed.ts'
import type { Held } from '../container/lock.ts'
import { removeLeftovers } from '../container/remove.ts'
import { lostOf, refuseOwned, registerSession, takeFromDead } from '../container/sessions.ts'
import { chooseSuffix } from '../container/unique.ts'
import type { Wait } from '../container/wait/condition.ts'
import { type Engine, withMachines } from '../container/with-machines.ts'
import { Interrupted, OperationError } from '../host/errors.ts'
import type { Host, KeyPair } from '../host/host.ts'
import { callerHere, type Here } from './here.ts'
import { isWithin, renamedBy } from './nested.ts'
import { runSession } from './session.ts'
import { chooseShell, type UserShell } from './user-shell.ts'

export interface ShellOptions {
  /** Run instead of an interactive shell. */
  command: readonly string[] | undefined
  /** Neither destroy before nor after. */
  keep: boolean
  /** Destroy also within a session of the same container. */
  forceDestroy: boolean
  /** The interactive shell, by name or path; the caller's own by default. */
  shell?: string | undefined
  /** Names of their own for the session's containers. */
  unique: boolean
  /** The working directory inside, and commands there as the caller's user. */
  here: boolean
  noWait: boolean
  /** When the container counts as ready. */
  wait?: Wait | undefined
}

interface RunOptions extends Omit<ShellOptions, 'shell' | 'here'> {
  shell: UserShell
  here: Here | undefined
  /** Of --ssh. */
  keys: KeyPair | undefined
}

/**
 * Builds, starts, opens the session, and destroys whatever happened: success, failure, a signal.
 * @returns the command's, or the shell's, exit status
 * @throws UsageError, OperationError, Interrupted
 */
export async function runShell(host: Host, request: DefinitionRequest, options: ShellOptions): Promise<number> {
  const shell = await chooseShell(host, options.shell)
  const naming = options.unique ? { suffix: await chooseSuffix(host) } : { rename: renamedBy(host.env) }
  const here = options.here ? await callerHere(host) : undefined
  const checked = await checkRequest(host, {
    ...request,
    naming: { lab: true, ...naming },
    extra: { ...request.extra, ...(here ? { here } : {}) },
  })
  return thenAlways(
    host,
    () =>
      withMachines(
        host,
        { start: true, noWait: options.noWait },
        () => buildForInstall(host, checked),
        (engine, { declared }) => runWith(host, engine, declared, { ...options, shell, here, keys: checked.keys }),
      ),
    () => releaseAddresses(host),
  )
}

async function runWith(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  options: RunOptions,
): Promise<number> {
  const names = declared.map(({ name }) => name)
  const inside = isWithin(host.env, names)
  const destroys = !options.keep && (!inside || options.forceDestroy)
  const opensSession = !inside || options.command !== undefined
  // Until then what bears the name may be somebody else's.
  let begun = false
  let unregister = async () => {}
  return thenAlways(
    host,
    async () => {
      const skipped = await whileChanging(host, engine, names, { folder: true }, async (held) => {
        if (options.unique) await refuseTaken(host, names)
        if (!inside) {
          await refuseOwned(host, names, !destroys)
          unregister = await registerSession(host, { kind: 'shell', names, destroys })
        }
        if (destroys) await removeLeftovers(host, engine, declared, held)
        begun = true
        const opensShell = opensSession && options.command === undefined && host.tty.stdin
        const left = await bringUp(host, engine, declared, options, opensShell, held)
        await takeFromDead(host, names)
        return left
      })
      stopIfInterrupted(host)
      if (skipped) host.note(`\n${names.join(', ')} ${names.length > 1 ? 'go' : 'goes'} on starting.`)
      const status = opensSession ? await openSession(host, engine, declared, options) : 0
      // Shells differ in the status with which they end at a signal.
      if (options.command === undefined) stopIfInterrupted(host)
      const lost = inside ? [] : await lostOf(host, names)
      for (const name of lost) host.note(`Container "${name}" was destroyed by another command.`)
      return lost.length > 0 && status === 0 ? 1 : status
    },
    async () => {
      if (begun && destroys && opensSession) await destroyOwn(host, engine, declared, options)
      // Not where that failed: prune finds by it what is left.
      await unregister()
    },
  )
}

/** Whatever came, but for what another command destroyed: what bears that name now is not the session's. */
async function destroyOwn(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  { command }: RunOptions,
): Promise<void> {
  const names = declared.map(({ name }) => name)
  const lost = await lostOf(host, names)
  const left = names.filter((name) => !lost.includes(name))
  if (left.length === 0) return
  if (command === undefined) host.note(`Destroying container${left.length > 1 ? 's' : ''}.`)
  // What another command does meanwhile is waited for, also with --no-wait, and through a Ctrl-C: nobody else would remove
  // them.
  await whileChanging(host, engine, left, { noWait: false, patient: true }, async (held) => {
    const lostNow = await lostOf(host, left)
    const own = declared.filter(({ name }) => left.includes(name) && !lostNow.includes(name))
    await removeLeftovers(host, engine, own, held)
  })
}

/** Gives whether the user would not wait until it is up. */
async function bringUp(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  options: RunOptions,
  mayBeSkipped: boolean,
  held: Held,
): Promise<boolean> {
  const skip = mayBeSkipped ? host.catchInterrupt() : undefined
  try {
    const mode = { start: true, update: false, restart: false }
    const { keep: adopt, wait, command } = options
    // Looking for failed units costs the time of two commands inside, and a script does not read of them.
    const told = { say: host.note, tellFailed: command === undefined }
    const until = { wait, signal: host.interrupted, skip: skip?.signal }
    await applyHeld(host, engine, declared, { mode, adopt, ...told, ...until }, held)
  } finally {
    skip?.release()
  }
  return skip?.signal.aborted ?? false
}

async function openSession(
  host: Host,
  engine: Engine,
  declared: readonly Declared[],
  { command, shell, keys, here }: RunOptions,
): Promise<number> {
  if (!keys) return runSession(host, engine, declared, command ?? shell, { here })
  const { withSsh } = await import('./ssh/session.ts')
  return withSsh(host, engine, declared, keys, (ssh) =>
    runSession(host, engine, declared, command ?? shell, { ssh, here }),
  )
}

/** The name was free before the evaluation. What took it meanwhile is not ours to destroy. */
async function refuseTaken(host: Host, names: readonly string[]): Promise<void> {
  for (const name of names) {
    if ((await readInstalled(host, name)).kind === 'none') continue
    throw new OperationError(`The name ${name} was taken meanwhile. Run it again: it gets another name.`)
  }
}

function stopIfInterrupted(host: Host): void {
  if (host.interrupted.aborted) throw Interrupted.from(host.interrupted)
}
