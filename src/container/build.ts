/** From what the user gave to the containers it declares. */
import { parseAttrPath } from '../eval/attr-path.ts'
import { type BaseRequest, checkBase } from '../eval/base.ts'
import { type Definition, type DefinitionSource, readDefinition } from '../eval/definition.ts'
import { buildEtc, describeBuild, type Naming } from '../eval/nix.ts'
import { OperationError, UsageError } from '../host/errors.ts'
import type { Host, KeyPair } from '../host/host.ts'
import { chooseAddresses, poolFrom } from './auto-addresses.ts'
import { type Declared, readEtc } from './etc.ts'
import { legacyInstallDirs, stateFolder } from './paths.ts'
import { checkAcceptsKey, sshKeys } from './ssh.ts'

export interface DefinitionRequest extends DefinitionSource, BaseRequest {
  /** As `--attr` has it. */
  attr?: string | undefined
  buildArgs?: readonly string[] | undefined
  showTrace: boolean
  /** Whether a result of an earlier evaluation may be reused (it may, by default). */
  cache?: boolean
  /** Values of `containers.NAME.extra` that the command line gives, for every container of the definition. */
  extra?: Readonly<Record<string, unknown>>
  /** `--ssh` */
  ssh?: boolean
  naming?: Naming
  /** Whether standard input may hold the definition. */
  stdin: boolean
}

export interface CheckedRequest extends BaseRequest {
  definition: Definition
  attrPath: string[]
  buildArgs: readonly string[]
  showTrace: boolean
  cache: boolean
  extra: Readonly<Record<string, unknown>>
  /** The keys of `--ssh`. */
  keys: KeyPair | undefined
  naming: Naming
}

/** All that can be found wrong before Nix runs. @throws UsageError */
export async function checkRequest(host: Host, request: DefinitionRequest): Promise<CheckedRequest> {
  const { base, nixpkgsPath, nixosPath } = request
  checkBase(request)
  const attrPath = request.attr === undefined ? [] : parseAttrPath(request.attr)
  const definition = await readDefinition(host, request, { stdin: request.stdin })
  if (definition.kind === 'flake' && attrPath.length > 0) {
    throw new UsageError(`--flake takes its attribute behind #: --flake REF#${request.attr}`)
  }
  const { extra = {}, naming = {}, cache = true, showTrace, buildArgs = [] } = request
  const [option] = Object.keys(extra)
  if (option !== undefined && definition.kind === 'built') {
    throw new UsageError(
      `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is for definitions, and ${definition.path} is built. Set extra.${option} where it is defined.`,
    )
  }
  if (definition.kind === 'flake' && (nixpkgsPath ?? nixosPath) !== undefined) {
    throw new UsageError(
      'A flake says itself which nixpkgs it has: its input nixpkgs. Leave out --nixpkgs-path and --nixos-path.',
    )
  }
  if (definition.kind === 'built' && (base ?? nixpkgsPath ?? nixosPath) !== undefined) {
    throw new UsageError(
      `--base, --nixpkgs-path and --nixos-path are for definitions, and ${definition.path} is built.`,
    )
  }
  const keys = request.ssh ? await sshKeys(host) : undefined
  if (naming.suffix && definition.kind === 'built') {
    throw new UsageError(
      `--unique is for definitions, and ${definition.path} is built: names are part of it. Give its definition.`,
    )
  }
  const addressPool = poolFrom(host.env)
  return {
    definition,
    attrPath,
    buildArgs,
    // A name that is never given again would only push others out.
    cache: cache && !naming.suffix,
    showTrace,
    extra,
    keys,
    base,
    nixpkgsPath,
    nixosPath,
    naming: { ...naming, ...(addressPool ? { addressPool } : {}) },
  }
}

/** What building would do, in Nix's words; '' where all is built. @throws UsageError, OperationError */
export async function describeContainers(
  host: Host,
  { definition, keys, ...options }: CheckedRequest,
): Promise<string> {
  return describeBuild(host, definition, { ...options, ...where(), sshKey: keys?.publicKey, signal: host.interrupted })
}

/** Asked when it is needed: nixos.ts decides it after this file is loaded. */
const where = () => ({ stateDirectory: stateFolder, legacyInstallDirs })

/** Builds; gives the folder `etc` and the containers in it. @throws UsageError, OperationError */
export async function buildContainers(
  host: Host,
  { definition, keys, ...options }: CheckedRequest,
): Promise<{ etc: string; declared: Declared[] }> {
  const sshKey = keys?.publicKey
  const signal = host.interrupted
  const etc = await buildEtc(host, definition, { ...options, ...where(), sshKey, signal })
  const declared = await readEtc(host, etc)
  if (keys && ['built', 'flake'].includes(definition.kind)) checkAcceptsKey(declared, keys)
  return { etc, declared }
}

/**
 * The same for containers that are to be installed: with addresses that are free where the definition leaves the choice.
 * releaseAddresses is to be called afterwards.
 * @throws UsageError, OperationError
 */
export async function buildForInstall(
  host: Host,
  request: CheckedRequest,
): Promise<{ etc: string; declared: Declared[] }> {
  const built = await buildContainers(host, request)
  const addresses = await chooseAddresses(host, built.declared)
  const [name] = Object.keys(addresses)
  if (name === undefined) return built
  if (request.definition.kind === 'built') {
    throw new OperationError(
      `The addresses of container "${name}" are taken by now. Create it from its definition, which finds others.`,
    )
  }
  return buildContainers(host, { ...request, naming: { ...request.naming, addresses } })
}
