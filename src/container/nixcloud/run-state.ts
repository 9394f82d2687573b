/** `nixcloud-container start`, `stop`, `terminate`, `login`: the unit, and LXC's own programs where parameters are given. */
import { OperationError, UsageError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { attachInside, enterArguments } from '../../machine/exec.ts'
import { runIn } from '../../machine/systemd.ts'
import { changeInstalled } from '../control.ts'
import { startInstalled } from '../start-command.ts'
import { refuseShared } from './addresses.ts'
import { requireNixcloud, runs, withNixcloud } from './installed.ts'

/**
 * LXC's programs would work on another container, whosever it is.
 * @throws UsageError for words that say on which
 */
export function refuseOthers(words: readonly string[]): void {
  const refused = words.find((word) => /^(-[nPf]|-[a-zA-Z]*[nPf]$|--(name|lxcpath|rcfile)\b)/.test(word))
  if (refused === undefined) return
  throw new UsageError(`-l ${JSON.stringify(refused)} says which container it is, which its name does. Leave it out.`)
}

/** Of lxc-start, but for what says that it is to be in the background: the unit has that. @throws UsageError */
export function startFlags(words: readonly string[]): { foreground: boolean; flags: string[] } {
  refuseOthers(words)
  const foreground = words.some((word) => ['-F', '--foreground'].includes(word))
  const flags = words.filter((word) => !['-F', '--foreground', '-d', '--daemon'].includes(word))
  const odd = flags.find((word) => /[\s"'\\$`]/.test(word))
  if (odd === undefined) return { foreground, flags }
  throw new UsageError(
    `-l ${JSON.stringify(odd)} has blanks or quotes in it, which the unit that starts LXC cannot pass on.`,
  )
}

/** @returns false where it runs already */
export async function startNixcloud(host: Host, name: string, flags: readonly string[]): Promise<boolean> {
  const running = await withNixcloud(host, name, async (engine) => {
    if (await runs(engine, name)) return true
    await refuseShared(host, engine, name)
    return false
  })
  if (running) return false
  const path = `/run/extra-container/lxc/${name}.env`
  if (flags.length > 0) await host.files.write(path, `LXC_FLAGS="${flags.join(' ')}"\n`, 0o600)
  // Left by a command that was killed: they were for that start.
  else await host.files.removeFile(path)
  try {
    await startInstalled(host, [name], { restart: false, wait: undefined, noWait: false })
  } finally {
    if (flags.length > 0) await host.files.removeFile(path)
  }
  return true
}

/** @param words parameters of lxc-stop */
export async function stopNixcloud(
  host: Host,
  name: string,
  { kill, words }: { kill: boolean; words: readonly string[] },
): Promise<void> {
  refuseOthers(words)
  await requireNixcloud(host, name)
  await changeInstalled(host, [name], {}, async (engine) => {
    const { machines, manager } = engine
    if (!(await runs(engine, name))) {
      throw new OperationError(`Container "${name}" does not run. Start it: nixcloud-container start ${name}`)
    }
    if (words.length > 0) {
      await runIn(host, manager, 'lxc-stop', ['--name', name, ...(kill ? ['--kill'] : []), ...words])
      if (words.some((word) => ['-W', '--nowait', '-r', '--reboot'].includes(word))) return
    }
    await (kill ? machines.terminate([name]) : machines.stop([name]))
  })
}

/** A shell of the container's root, on this process's terminal. Gives its exit status. */
export async function loginNixcloud(host: Host, name: string, words: readonly string[]): Promise<number> {
  refuseOthers(words)
  return withNixcloud(host, name, async (engine) => {
    if (!(await runs(engine, name))) {
      throw new OperationError(`Container "${name}" does not run. Start it: nixcloud-container start ${name}`)
    }
    const { manager } = engine
    const shell = enterArguments(host, manager, name, [])
    const attach = () => manager.enter('lxc-attach', ['--name', name, ...words])
    return (await attachInside(host, manager, [name], ...(words.length === 0 ? shell : attach()))).status
  })
}
