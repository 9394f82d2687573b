/** The options that say what a container's system is built from. */
import { resolve } from 'node:path'
import type { Source } from '../../container/imperative/configuration.ts'
import type { SystemOptions } from '../../container/imperative/system.ts'
import { nixPath } from '../../eval/nix-text.ts'
import { UsageError } from '../../host/errors.ts'
import type { Host } from '../../host/host.ts'
import type { Parsed } from '../command.ts'

export const sourceOptions = {
  config: { type: 'text', value: 'TEXT', description: 'Build the system from this body of a NixOS module' },
  'config-file': { type: 'text', value: 'FILE', description: 'Build the system from the NixOS module in this file' },
  flake: {
    type: 'text',
    value: 'REF',
    description: 'Build the system from nixosConfigurations.container of a flake, or from another by REF#NAME',
  },
  'nixos-path': {
    type: 'text',
    value: 'PATH',
    description: 'Build the system from this folder nixos of a nixpkgs. By default <nixpkgs/nixos>',
  },
  'build-args': { type: 'rest', value: 'ARG...', description: 'Pass all arguments that follow to Nix' },
} as const

/** @throws UsageError where more than one is given */
export function sourceFrom(
  { cwd }: Pick<Host, 'cwd'>,
  args: Pick<Parsed<typeof sourceOptions>, 'config' | 'config-file' | 'flake'> & { 'system-path'?: string | undefined },
): Source | undefined {
  const sources: (Source | undefined)[] = [
    args.config === undefined ? undefined : { kind: 'config', text: args.config },
    args['config-file'] === undefined ? undefined : { kind: 'file', path: resolve(cwd, args['config-file']) },
    args.flake === undefined ? undefined : { kind: 'flake', ref: args.flake },
    args['system-path'] === undefined ? undefined : { kind: 'built', path: args['system-path'] },
  ]
  const given = sources.filter((source) => source !== undefined)
  if (given.length > 1) {
    throw new UsageError(
      '--config, --config-file, --flake and --system-path exclude each other. Leave all but one out.',
    )
  }
  return given[0]
}

/** How it is built. */
export const systemOptionsFrom = (
  { cwd }: Pick<Host, 'cwd'>,
  args: Pick<Parsed<typeof sourceOptions>, 'nixos-path' | 'build-args'>,
): SystemOptions => {
  const path = args['nixos-path']
  return {
    nixFlags: args['build-args'] ?? [],
    // <nixpkgs/nixos> is a path for NixOS's program too.
    nixosPath: path === undefined || /^<.*>$/.test(path) ? path : nixPath(resolve(cwd, path)),
  }
}
