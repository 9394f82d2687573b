/** Builds a container's system and makes it the current generation of the container's profile. */
import { resolve } from 'node:path'
import { newResultLink } from '../../eval/roots.ts'
import { CommandError, OperationError, UsageError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import { buildContainers, checkRequest } from '../build.ts'
import { pathsOf } from '../paths.ts'
import { addGeneration } from '../profile.ts'
import { definitionOf, moduleOf, type Source } from './configuration.ts'

export interface SystemOptions {
  /** Passed on to Nix as they are. */
  nixFlags: readonly string[]
  /** The folder nixos of a nixpkgs, as a Nix expression; undefined: as for every definition. */
  nixosPath: string | undefined
}

/** @throws UsageError where the configuration is wrong, OperationError where it cannot be built */
export async function setSystem(host: Host, name: string, source: Source, options: SystemOptions): Promise<void> {
  await addGeneration(host, pathsOf(name).systemProfile, await buildSource(host, name, source, options))
}

async function buildSource(host: Host, name: string, source: Source, options: SystemOptions): Promise<string> {
  if (source.kind === 'flake') return buildFlake(host, source.ref, options)
  const system =
    source.kind === 'built' ? resolve(host.cwd, source.path) : await buildSystem(host, name, moduleOf(source), options)
  if (!(await host.files.exists(`${system}/init`)))
    throw new UsageError(`${system} is no NixOS system: it has no init.`)
  const path = (await host.files.realPath(system)) ?? system
  if (!/^\/nix\/store\/[^/]+$/.test(path))
    throw new UsageError(`${system} is no path of the Nix store. Build it with Nix.`)
  return path
}

async function buildSystem(
  host: Host,
  name: string,
  module: string,
  { nixFlags, nixosPath }: SystemOptions,
): Promise<string> {
  const request = { expr: definitionOf(name, module), nixosPath, buildArgs: nixFlags, showTrace: false, stdin: false }
  const { declared } = await buildContainers(host, await checkRequest(host, request))
  const system = declared[0]?.settings.get('SYSTEM_PATH')
  if (system === undefined) throw new OperationError(`The system of container "${name}" has no path.`)
  return system
}

/** Which flake, and which of its systems: REF#NAME, `container` where no name is given. */
export function parseFlake(ref: string): { flake: string; attribute: string } {
  const [, flake = ref, attribute = 'container'] = /^(.*)#([^#"]+)$/s.exec(ref) ?? []
  return { flake, attribute: `nixosConfigurations."${attribute}".config.system.build.toplevel` }
}

/** Not by its own --profile: see addGeneration. */
async function buildFlake(host: Host, ref: string, { nixFlags }: SystemOptions): Promise<string> {
  const { flake, attribute } = parseFlake(ref)
  const link = await newResultLink(host)
  const features = ['--extra-experimental-features', 'nix-command flakes']
  const args = [...features, 'build', '--out-link', link, ...nixFlags, '--', `${flake}#${attribute}`]
  try {
    await host.run('nix', args, { cwd: host.cwd, signal: host.interrupted })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    throw new OperationError(`The flake ${ref} could not be built:\n${error.stderr.trim()}`, { cause: error })
  }
  const path = await host.files.realPath(link)
  if (path === undefined) throw new OperationError(`The flake ${ref} gave no system: ${link} leads nowhere.`)
  return path
}
