/** `prune`: removes what sessions and commands left that could not clean up, because they were killed. */
import { deadBuilds } from '../eval/roots.ts'
import { OperationError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { kinds } from '../machine/kind.ts'
import { whileChanging } from './change.ts'
import { deadClaims } from './claims.ts'
import { listUnfinished, lockImperative, undoMaking } from './imperative/unfinished.ts'
import { listInstalled, readInstalled } from './installed.ts'
import { type Held, nameOfLock, whileHeld } from './lock.ts'
import { isName } from './names.ts'
import { forgetOutdated, listOutdated } from './outdated.ts'
import { gcRootFolder, pathsOf, stateOf } from './paths.ts'
import { listProfiles, removeProfile } from './profile.ts'
import { removeContainers } from './remove.ts'
import { leftRules, removeRules } from './rules.ts'
import { forgetSession, lostOfSession, readSessions } from './sessions.ts'
import { endSteps, listSteps } from './steps.ts'
import { deadTemporaries } from './temporary.ts'
import { hideUnits } from './unit-path.ts'
import { leftInterfaces, removeInterface } from './veths.ts'
import { type Engine, withMachines } from './with-machines.ts'

const runFolder = '/run/extra-container'

/** Something that is left, and how it is removed. */
interface Leftover {
  what: string
  remove(): Promise<unknown>
}

/**
 * @param options `dryRun`: tell what would be removed, and change nothing
 * @throws OperationError when all that could be removed is, and something could not
 */
export const prune = (host: Host, { dryRun, noWait }: { dryRun: boolean; noWait: boolean }): Promise<void> =>
  withMachines(
    host,
    { start: false, noWait },
    async () => {},
    async (engine) => {
      const failures: string[] = []
      // Each kind is looked for when those before it are gone: a container goes with its session, its rules with it.
      for (const kind of [
        steps,
        unfinished,
        sessions,
        sockets,
        builds,
        temporaries,
        roots,
        profiles,
        rules,
        interfaces,
        claims,
        notes,
        locks,
      ]) {
        for (const { what, remove } of await kind(host, engine)) {
          try {
            if (!dryRun) await remove()
            host.out(what)
          } catch (error) {
            if (!(error instanceof OperationError)) throw error
            failures.push(`${what}: ${error.message}`)
          }
        }
      }
      if (failures.length > 0) throw new OperationError(`Not removed:\n${failures.join('\n')}`)
    },
  )

/** Of who holds the lock, the journal is no leftover. */
async function steps(host: Host, engine: Engine): Promise<Leftover[]> {
  const left: Leftover[] = []
  for (const file of await listSteps(host)) {
    if (!isName(file)) left.push({ what: `journal ${file}, cut short`, remove: () => endSteps(host, file) })
    else if (await isFree(host, file)) {
      const repair = () => whileChanging(host, engine, [file], {}, async () => {})
      left.push({ what: `unfinished change of container ${file}`, remove: repair })
    }
  }
  return left
}

/** Of a `create` of nixos-container's; a living one has the lock. */
async function unfinished(host: Host): Promise<Leftover[]> {
  const left: Leftover[] = []
  const lock = await lockImperative(host, true)
  for (const name of lock ? await listUnfinished(host) : []) {
    const remove = async () => {
      const held = await lockImperative(host)
      try {
        if ((await listUnfinished(host)).includes(name)) await undoMaking(host, name)
      } finally {
        await held?.release()
      }
    }
    left.push({ what: `unfinished creation of container ${name}`, remove })
  }
  await lock?.release()
  return left
}

async function isFree(host: Host, name: string): Promise<boolean> {
  try {
    return await whileHeld(host, [name], { noWait: true }, async (held) => {
      if (!(await isThere(host, name))) held.gone([name])
      return true
    })
  } catch (error) {
    if (error instanceof OperationError) return false
    throw error
  }
}

async function sessions(host: Host, engine: Engine): Promise<Leftover[]> {
  const all = await readSessions(host)
  const owned = new Set(all.filter(({ alive }) => alive).flatMap(({ names }) => names))
  return all
    .filter(({ alive }) => !alive)
    .map((session) => {
      const names = session.destroys ? session.names.filter((name) => isName(name) && !owned.has(name)) : []
      const containers = names.length > 0 ? `, with ${names.join(', ')}` : ''
      return {
        what: `session ${session.pid}, which was killed${containers}`,
        remove: async () => {
          await whileChanging(host, engine, names, {}, async (held) => {
            // Asked anew with the locks: another session or command may have taken them meanwhile.
            const taken = new Set(await lostOfSession(host, session, names))
            for (const other of await readSessions(host))
              if (other.alive) for (const name of other.names) taken.add(name)
            const left = names.filter((name) => !taken.has(name))
            await removeOurs(host, engine, left, held)
          })
          await forgetSession(host, session)
        },
      }
    })
}

async function removeOurs(host: Host, engine: Engine, names: readonly string[], held: Held): Promise<void> {
  const kinds = await Promise.all(names.map(async (name) => (await readInstalled(host, name)).kind))
  const ours = names.filter((_, index) => kinds[index] === 'ours')
  if (ours.length > 0) await removeContainers(host, engine, ours, held)
}

/** Where cssh reached its session. */
async function sockets(host: Host): Promise<Leftover[]> {
  const left: Leftover[] = []
  for (const name of await host.files.list(runFolder)) {
    const pid = /^ssh-(\d+)$/.exec(name)?.[1]
    if (pid === undefined || (await host.files.exists(`/proc/${pid}`))) continue
    left.push({ what: `socket of session ${pid}`, remove: () => host.files.removeTree(`${runFolder}/${name}`) })
  }
  return left
}

const builds = async (host: Host): Promise<Leftover[]> =>
  (await deadBuilds(host)).map(({ path, remove }) => ({ what: `build ${path} of a command that was killed`, remove }))

const temporaries = async (host: Host): Promise<Leftover[]> =>
  (await deadTemporaries(host)).map((path) => ({
    what: `${path} of a command that was killed`,
    remove: async () => {
      await host.files.removeFile(path)
      await hideUnits(host, [])
    },
  }))

/** Gcroots of which nothing else is left; with a root folder it is a container that lost its files, which `list` shows. */
async function roots(host: Host): Promise<Leftover[]> {
  const left: Leftover[] = []
  for (const name of await listInstalled(host)) {
    const { unit, packagedUnit, conf, unitRoot, confRoot } = pathsOf(name)
    const paths = [unit, packagedUnit, conf, ...kinds.map((kind) => stateOf(name, kind))]
    const there = await Promise.all(paths.map((path) => host.files.exists(path)))
    if (there.some(Boolean) || !(await isFree(host, name))) continue
    const remove = () =>
      whileHeld(host, [name], {}, async () => {
        // A command may have installed it meanwhile.
        if ((await Promise.all(paths.map((path) => host.files.exists(path)))).some(Boolean)) return
        for (const root of [unitRoot, confRoot]) await host.files.removeFile(root)
      })
    left.push({ what: `${gcRootFolder}/extra-container-${name}, which leads nowhere`, remove })
  }
  return left
}

/** Generations of containers that are gone: they would keep their files from the garbage collector. */
async function profiles(host: Host): Promise<Leftover[]> {
  const left: Leftover[] = []
  for (const name of await listProfiles(host)) {
    if ((await isThere(host, name)) || !(await isFree(host, name))) continue
    const remove = () =>
      whileHeld(host, [name], {}, async (held) => {
        if (await isThere(host, name)) return
        await removeProfile(host, name)
        held.gone([name])
      })
    left.push({ what: `generations of container ${name}, which is gone`, remove })
  }
  return left
}

/** Whether something bears the name, ours or not. */
const isThere = async (host: Host, name: string) => (await readInstalled(host, name)).kind !== 'none'

async function rules(host: Host): Promise<Leftover[]> {
  const names = await leftRules(host, (name) => isThere(host, name))
  return names.map((name) => ({ what: `packet rules of container ${name}`, remove: () => removeRules(host, name) }))
}

async function interfaces(host: Host): Promise<Leftover[]> {
  const names = await leftInterfaces(host, (name) => isThere(host, name))
  return names.map((name) => ({ what: `interface ${name}`, remove: () => removeInterface(host, name) }))
}

/** What a command chose for a container that it was going to install. */
const claims = async (host: Host): Promise<Leftover[]> =>
  (await deadClaims(host)).map((path) => ({
    what: `claim ${path} of a command that was killed`,
    remove: () => host.files.removeFile(path),
  }))

async function notes(host: Host): Promise<Leftover[]> {
  const left: Leftover[] = []
  for (const name of await listOutdated(host)) {
    if (isName(name) && (await isThere(host, name))) continue
    left.push({ what: `note on container ${name}, which is gone`, remove: () => forgetOutdated(host, name) })
  }
  return left
}

/** A lock that is held is not removed, and who waits for one that is takes the next. */
async function locks(host: Host): Promise<Leftover[]> {
  const left: Leftover[] = []
  for (const file of await host.files.list('/run/extra-container/locks')) {
    const name = nameOfLock(file)
    if (name === undefined || (await isThere(host, name))) continue
    const lock = await host.lock(file, { noWait: true })
    if (lock === undefined) continue
    await lock.release()
    const remove = async () => (await host.lock(file, { noWait: true }))?.remove()
    left.push({ what: `lock ${file}, which nobody holds`, remove })
  }
  return left
}
