/** From a definition to a built etc, by one run of nix-build. */
import { CommandError, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { type Base, type BaseRequest, baseArguments, chosenBase, isMark, lastContainer, tellBase } from './base.ts'
import { type Asked, cachedBuild, type NixBuild, type Printed } from './cached-build.ts'
import type { Definition } from './definition.ts'
import { crashOf, explain } from './failure.ts'
import { heapEnvironment } from './memory.ts'
import { evaluationNotes, shortenNixError } from './nix-errors.ts'
import { nixPath } from './nix-text.ts'
import { newResultLink } from './roots.ts'
import { runNix } from './run-nix.ts'
import { mayBeOurs, wholeHostWarning } from './whole-host.ts'

export interface BuildOptions extends BaseRequest {
  attrPath: readonly string[]
  /** Passed on to nix-build as they are. */
  buildArgs: readonly string[]
  showTrace: boolean
  stateDirectory: string
  /** Whether this is a NixOS that keeps containers where NixOS before 22.05 did. */
  legacyInstallDirs?: boolean
  /** The public key that containers accept; undefined without --ssh. */
  sshKey?: string | undefined
  /** Whether a result may be reused, and kept. */
  cache: boolean
  /** Values of `containers.NAME.extra`, for every container of the definition. */
  extra: Readonly<Record<string, unknown>>
  naming?: Naming
  signal?: AbortSignal
}

/** What containers are called and where they are found, beyond what the definition says. */
export interface Naming {
  /** Whether the containers of the definition know each other, and may connect to each other. */
  lab?: boolean
  /** Names of the definition, and those that they are installed under. */
  rename?: Readonly<Record<string, string>>
  /** What is added to all other names. */
  suffix?: string
  /** Prefixes for `extra.addressPrefix = "auto"`, by the names that containers are installed under. */
  addresses?: Readonly<Record<string, string>>
  /** Where such prefixes are from otherwise. */
  addressPool?: { first: number; count: number } | undefined
  /** For a definition of nixcloud-container: its container's name, and the address that it has where it names none. */
  nixcloud?: { name: string; ip: string }
}

/** What Nix cannot find out by itself, see docs/architecture.md. */
interface Facts extends Naming {
  base: Base | 'auto'
  /** Whether the nixpkgs base evaluates all of a NixOS host. */
  wholeHost: boolean
  system: string
  sshKey: string | null
  stateDirectory: string
  legacyInstallDirs: boolean
  node: string
  extra: Readonly<Record<string, unknown>>
}

const cpus: Readonly<Record<string, string>> = {
  x64: 'x86_64',
  arm64: 'aarch64',
  ia32: 'i686',
  arm: 'armv7l',
  riscv64: 'riscv64',
  ppc64: 'powerpc64le',
  loong64: 'loongarch64',
}

/** Linux takes no single argument beyond 128 KiB. */
const longestArgument = 128 * 1024 - 1

/**
 * Gives the folder that holds systemd/ and nixos-containers/; safe from the garbage collector until releaseBuild.
 * @throws UsageError where the definition is wrong, OperationError where the build failed, CommandMissing without Nix
 */
export async function buildEtc(host: Host, definition: Definition, options: BuildOptions): Promise<string> {
  if (definition.kind !== 'built') return `${await runNixBuild(host, definition, options)}/etc`
  const path = await host.files.realPath(definition.path)
  if (options.attrPath.length > 0)
    throw new UsageError(`--attr selects in a definition, and ${definition.path} is built.`)
  return `${path}/etc`
}

type Written = Exclude<Definition, { kind: 'built' }>

async function runNixBuild(host: Host, definition: Written, options: BuildOptions): Promise<string> {
  // Not --no-out-link: that leaves a root in gcroots/auto which only a garbage collection removes.
  const done = await evaluate(host, definition, options, await newResultLink(host))
  return done.stdout.trim()
}

/**
 * Says what building would build and fetch, in Nix's words; nothing is built but what the evaluation itself needs.
 * @throws UsageError where the definition is wrong, or nothing is left to build
 */
export async function describeBuild(host: Host, definition: Definition, options: BuildOptions): Promise<string> {
  if (definition.kind === 'built') return ''
  const { stderr } = await evaluate(host, definition, options, undefined)
  const lines = stderr.split('\n')
  const from = lines.findIndex((line) => /^(these .*|this .*) will be (built|fetched)/.test(line))
  return from < 0 ? '' : lines.slice(from).join('\n').trimEnd()
}

/** Runs nix-build, dry where there is no link to root its result; once more with a whole NixOS host where the nixpkgs base's modules do not fit. */
async function evaluate(
  host: Host,
  definition: Written,
  options: BuildOptions,
  link: string | undefined,
): Promise<Printed> {
  const once = (wholeHost: boolean) => build(host, definition, options, link, wholeHost)
  const origin = originOf(definition, options)
  try {
    return report(host, options, await once(false))
  } catch (error) {
    if (!fitsNot(error, options)) throw explain(host, error, origin, options.showTrace)
    const done = await once(true).catch((again) => {
      throw explain(host, again, origin, options.showTrace, lastContainer(error.stderr))
    })
    host.note(wholeHostWarning(shortenNixError(error.stderr, origin, `${host.root}/nix/`)))
    return report(host, options, done)
  }
}

/** What to call text that is in no file: Nix does not tell which argument it is from. */
function originOf(definition: Written, { nixpkgsPath, nixosPath }: BuildOptions): string {
  const option = nixpkgsPath === undefined ? nixosPath && '--nixos-path' : '--nixpkgs-path'
  const own = definition.kind === 'path' ? definition.path : definition.origin
  if (option === undefined) return own
  return definition.kind === 'path' ? option : `${own}, or ${option}`
}

const fitsNot = (error: unknown, { base, signal }: BuildOptions): error is CommandError =>
  error instanceof CommandError &&
  !signal?.aborted &&
  crashOf(error) === undefined &&
  (base ?? chosenBase(error.stderr)) === 'nixpkgs' &&
  mayBeOurs(error.stderr)

function report(host: Host, options: BuildOptions, done: Printed): Printed {
  tellBase(host, options, done.stderr)
  for (const line of evaluationNotes(done.stderr)) if (!isMark(line)) host.note(line)
  return done
}

async function build(
  host: Host,
  definition: Written,
  options: BuildOptions,
  link: string | undefined,
  wholeHost: boolean,
): Promise<Printed> {
  const { base = 'auto' } = options
  const facts: Facts = {
    base,
    wholeHost,
    system: `${cpus[host.arch] ?? host.arch}-linux`,
    sshKey: options.sshKey ?? null,
    stateDirectory: options.stateDirectory,
    legacyInstallDirs: options.legacyInstallDirs ?? false,
    node: host.node,
    extra: options.extra,
    ...options.naming,
  }
  const entry = `${host.root}/nix/eval-config.nix`
  const text =
    definition.kind === 'path' ? nixPath(definition.path) : definition.kind === 'flake' ? '' : definition.text
  const values: [string, string][] = [['definition', text], ...baseArguments(options)]
  const long = Buffer.byteLength(text) >= longestArgument
  const flake = definition.kind === 'flake' ? (await import('./flake.ts')).flakeArguments(host, definition) : undefined
  const argsOf = ({ attribute, split = false, parts = [] }: Asked) => [
    ...(flake ?? [
      ...(long ? ['-'] : [entry, ...values.flatMap(([name, value]) => ['--arg', name, value])]),
      ...['--argstr', 'attrPath', JSON.stringify(options.attrPath)],
      // -I, unlike NIX_PATH, adds to Nix's own default too.
      ...['-I', `pwd=${host.cwd}`],
      // The host base downloads nothing; asking caches for what is built here costs a round trip each.
      ...(base === 'host' ? ['--option', 'substitute', 'false'] : []),
    ]),
    ...networkArguments,
    ...['-A', attribute],
    ...['--argstr', 'facts', JSON.stringify({ ...facts, split, parts })],
    ...(options.showTrace ? ['--show-trace'] : []),
    ...options.buildArgs,
  ]
  const run: NixBuild['run'] = (args, how) => runNix(host, 'nix-build', args, how)
  const how = {
    cwd: host.cwd,
    env: { ...(await heapEnvironment(host)), ...(flake ? { NIX_PATH: '' } : {}) },
    ...(long ? { input: asFunction(entry, values) } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
  }
  if (link === undefined) return run(['--dry-run', ...argsOf({ attribute: 'etc' })], how)
  // What is passed on to nix-build may ask for more than a result.
  const plain = options.buildArgs.length === 0
  return cachedBuild(host, {
    argsOf,
    options: how,
    run,
    link,
    texts: values.map(([, value]) => value),
    cache: options.cache && plain && !options.showTrace,
    split: plain && !flake && !wholeHost,
  })
}

/** Without a network Nix is to say so within seconds; its own five attempts to connect take minutes. */
const networkArguments = ['--option', 'connect-timeout', '5', '--option', 'download-attempts', '2']

/** The same call as text for standard input, which has no limit. On one line: positions keep their line numbers. */
const asFunction = (entry: string, values: readonly [string, string][]) =>
  `{ attrPath, facts }: import ${nixPath(entry)} { inherit attrPath facts; ${values.map(([name, text]) => `${name} = ${text}\n; `).join('')}}\n`
