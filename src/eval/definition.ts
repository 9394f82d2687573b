/** Finds out what the user gave: a file, a folder, an expression, standard input, or something already built. */
import { isAbsolute, resolve } from 'node:path'
import { UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import type { FlakeDefinition } from './flake.ts'

export type Definition =
  | FlakeDefinition
  /** Nix text, and what messages call it. */
  | { kind: 'expression'; text: string; origin: string }
  /** A file, or a folder with default.nix. */
  | { kind: 'path'; path: string }
  /** A folder that holds etc/: a built etc, a NixOS system. */
  | { kind: 'built'; path: string }

export interface DefinitionSource {
  /** Text of -E. */
  expr?: string | undefined
  /** FILE, DIR, STORE_PATH or `-`. */
  source?: string | undefined
  /** REF[#ATTR] of --flake. */
  flake?: string | undefined
}

const ways = 'Give a file, a folder with default.nix, -E EXPR, --flake REF, or the path of something built.'

/**
 * @param options.stdin false where standard input belongs to something else
 * @throws UsageError where nothing, too much, or something unreadable is given
 */
export async function readDefinition(
  host: Host,
  given: DefinitionSource,
  options: { stdin: boolean },
): Promise<Definition> {
  if (given.flake !== undefined) return fromFlake(host, given.flake, given)
  if (given.expr !== undefined) {
    if (given.source !== undefined) throw new UsageError(`Both -E and ${given.source} are given. Leave one out.`)
    if (given.expr.trim() === '')
      throw new UsageError('-E needs the text of a definition: -E "{ containers.NAME.config = { }; }"')
    return { kind: 'expression', text: given.expr, origin: 'the expression given by -E' }
  }
  const built = host.env.EXTRA_CONTAINER_ETC
  if (given.source === undefined && built) return fromBuilt(host, built)
  if (given.source === undefined || given.source === '-') return fromStdin(host, options.stdin)
  return fromPath(host, given.source)
}

async function fromFlake(host: Host, flake: string, { expr, source }: DefinitionSource): Promise<Definition> {
  const other = expr === undefined ? source : '-E'
  if (other !== undefined) throw new UsageError(`Both --flake and ${other} are given. Leave one out.`)
  return (await import('./flake.ts')).readFlake(host, flake)
}

/** The runner that buildContainers makes says what it runs by the environment. */
async function fromBuilt(host: Host, path: string): Promise<Definition> {
  if (await host.files.isDirectory(`${path}/etc`)) return { kind: 'built', path: resolve(host.cwd, path) }
  throw new UsageError(`EXTRA_CONTAINER_ETC is ${path}, and there is no ${path}/etc. Unset it, or give what is built.`)
}

async function fromStdin(host: Host, allowed: boolean): Promise<Definition> {
  if (!allowed) {
    throw new UsageError(`This command needs standard input for itself and cannot read a definition from it. ${ways}`)
  }
  if (host.tty.stdin) throw new UsageError(`No definition is given. ${ways}`)
  const text = await host.readStdin()
  if (text.trim() === '') throw new UsageError(`Standard input is empty. ${ways}`)
  return { kind: 'expression', text, origin: 'standard input' }
}

async function fromPath(host: Host, source: string): Promise<Definition> {
  if (source === '') throw new UsageError(`The name of the definition is empty. ${ways}`)
  const path = isAbsolute(source) ? source : resolve(host.cwd, source)
  if (!(await host.files.realPath(path))) throw new UsageError(`There is no file ${source}. ${ways}`)
  if (await host.files.isDirectory(path)) {
    if (await host.files.exists(`${path}/default.nix`)) return { kind: 'path', path }
    if (await host.files.isDirectory(`${path}/etc`)) return { kind: 'built', path }
    throw new UsageError(`${source} is a folder with neither default.nix nor etc/ in it. ${ways}`)
  }
  try {
    await host.files.read(path)
  } catch (error) {
    throw new UsageError(`${source} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  return { kind: 'path', path }
}
