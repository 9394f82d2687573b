/** Finds the command of a command line and runs it, as root where it must be. */
import { placeLikeHost } from '../container/nixos.ts'
import { releaseBuild } from '../eval/roots.ts'
import { ForeignContainer, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { needsRoot, runAsRoot } from '../host/root.ts'
import type { Command, Options } from './command.ts'
import { commands } from './commands.ts'
import { commandHelp, programHelp, programOf } from './help.ts'
import { didYouMean } from './near-miss.ts'
import { parseArguments } from './parse.ts'
import { version } from './version.ts'

/**
 * @param argv the words after the program's name
 * @returns the exit status
 * @throws OperationError and its kinds, for the caller to show
 */
export async function runCli(host: Host, argv: readonly string[]): Promise<number> {
  const [program = '', ...words] = argv
  if (program === 'nixos-container') {
    const { nixosContainerCommands, orderArguments } = await import('./nixos-container/program.ts')
    return runCommand(host, nixosContainerCommands, orderArguments(words, nixosContainerCommands), [program])
  }
  if (program === 'nixcloud-container') {
    const { nixcloudContainerCommands, orderParameters } = await import('./nixcloud-container/program.ts')
    return runCommand(host, nixcloudContainerCommands, orderParameters(words, nixcloudContainerCommands), [program])
  }
  return runCommand(host, commands, withDefault(host, argv))
}

/** @param prefix the words before `argv` that choose the program */
async function runCommand(
  host: Host,
  known: readonly Command<Options>[],
  argv: readonly string[],
  prefix: readonly string[] = [],
): Promise<number> {
  const [name, ...rest] = argv
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    host.out(rest[0] === undefined ? programHelp(known) : commandHelp(requireCommand(known, rest[0])))
    return 0
  }
  if (name === '--version') {
    host.out(await version(host))
    return 0
  }
  const again = [`${host.root}/bin/extra-container`, ...prefix, ...argv]
  const command = findCommand(known, name)
  if (command === undefined && prefix.length === 0 && !name.startsWith('-')) {
    const { findNixosContainer, forward } = await import('./forward.ts')
    const other = await findNixosContainer(host)
    if (other !== undefined) return needsRoot(host) ? runAsRoot(host, again) : forward(host, other, argv)
  }
  if (command === undefined) throw unknownCommand(known, name)
  const args = parseArguments(command, rest)
  if (args.help) {
    host.out(commandHelp(command))
    return 0
  }
  if (needsRoot(host) && !command.unprivileged) return runAsRoot(host, again)
  await placeLikeHost(host)
  try {
    return await command.run(host, args)
  } catch (error) {
    if (!(error instanceof ForeignContainer) || prefix[0] === 'nixcloud-container') throw error
    const { forwardForeign } = await import('./forward.ts')
    const status = await forwardForeign(host, command.name, argv, args.words.length)
    if (status === undefined) throw error
    return status
  } finally {
    await releaseBuild(host)
  }
}

/** What a runner (EXTRA_CONTAINER_ETC) is called for without a command is a shell. */
function withDefault(host: Host, argv: readonly string[]): readonly string[] {
  const [first] = argv
  const isOption = first === undefined || (first.startsWith('-') && !['--help', '-h', '--version'].includes(first))
  return isOption && host.env.EXTRA_CONTAINER_ETC ? ['shell', ...argv] : argv
}

const findCommand = (known: readonly Command<Options>[], name: string): Command<Options> | undefined =>
  known.find((command) => command.name === name || command.aliases?.includes(name))

function requireCommand(known: readonly Command<Options>[], name: string): Command<Options> {
  const found = findCommand(known, name)
  if (found) return found
  throw unknownCommand(known, name)
}

function unknownCommand(known: readonly Command<Options>[], name: string): UsageError {
  const names = known.map((command) => command.name)
  const what = name.startsWith('-') ? 'option' : 'command'
  return new UsageError(
    `There is no ${what} ${JSON.stringify(name)}.${didYouMean(name, what === 'option' ? ['--help', '--version'] : names)} ` +
      `Show all: ${programOf(known[0] ?? {})} help`,
  )
}
