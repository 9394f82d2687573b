/** What a container that nixos-container makes is built from, and where it is kept for the next update. */
import { nixPath, nixString } from '../../eval/nix-text.ts'
import type { Host } from '../../host/host.ts'
import { pathsOf } from '../paths.ts'

export type Source =
  /** The body of a NixOS module. */
  | { kind: 'config'; text: string }
  /** A file that holds a NixOS module. */
  | { kind: 'file'; path: string }
  | { kind: 'flake'; ref: string }
  /** A system that is built already. */
  | { kind: 'built'; path: string }

/** The module that a source stands for. */
export function moduleOf(source: Extract<Source, { kind: 'config' | 'file' }>): string {
  const body = source.kind === 'file' ? `imports = [ ${nixPath(source.path)} ];` : source.text
  return `{ config, lib, pkgs, ... }:\n\n{\n${body}\n}\n`
}

/** A definition whose one container has this module as its system. */
export const definitionOf = (name: string, module: string): string =>
  `{ containers.${nixString(name)}.config = (${module.trimEnd()}); }`

/** What was kept for an update; undefined for a system that was built elsewhere. */
export async function readKept(host: Host, name: string): Promise<Source | undefined> {
  const paths = pathsOf(name)
  const flake = (await host.files.read(paths.flake))?.trim()
  if (flake) return { kind: 'flake', ref: flake }
  return (await host.files.exists(paths.configuration)) ? { kind: 'file', path: paths.configuration } : undefined
}

/**
 * Keeps a source. Not in the container's root folder: what its root user writes there must not be evaluated by the host,
 * as whose root an evaluation can read every file.
 */
export async function keep(host: Host, name: string, source: Source): Promise<void> {
  const { configuration, flake } = pathsOf(name)
  if (source.kind === 'file' && source.path === configuration) return
  if (source.kind === 'flake') await host.files.write(flake, `${source.ref}\n`)
  else await host.files.removeFile(flake)
  if (source.kind === 'config' || source.kind === 'file') {
    await host.files.write(configuration, moduleOf(source), 0o600)
  } else {
    await host.files.removeFile(configuration)
  }
}

/** Forgets it. */
export async function forget(host: Host, name: string): Promise<void> {
  const { configuration, flake } = pathsOf(name)
  await host.files.removeFile(configuration)
  await host.files.removeFile(flake)
}
