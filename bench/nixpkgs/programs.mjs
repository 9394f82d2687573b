/** What evaluates: this program, the bash tool, a NixOS host. `prepare` is not measured. */
import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { command } from '../tool.mjs'
import { pretendBuilt } from './built.mjs'
import { observe } from './observe.mjs'

export function ours(nixpkgs) {
  const args = (file, ...more) => ['build', file, '--nixpkgs-path', nixpkgs, ...more]
  return {
    prepare: (file) => pretendBuilt(async () => (await observe(command, args(file, '--no-cache', '--dry-run'))).stdout),
    evaluate: (file) => observe(command, args(file, '--no-cache')),
    again: (file) => observe(command, args(file)),
  }
}

export async function bashTool(program, nixpkgs) {
  // It reads from nixos-container where containers are.
  const folder = await mkdtemp(join(tmpdir(), 'extra-container-bench-'))
  const nixosContainer = join(folder, 'nixos-container')
  await writeFile(nixosContainer, '#!/bin/sh\n# "/etc/nixos-containers"\n')
  await chmod(nixosContainer, 0o755)
  const env = { PATH: `${folder}:${process.env.PATH}` }

  const wrapper = fileURLToPath(new URL('bash-tool.nix', import.meta.url))
  const args = (file, ...more) => {
    const definition = `import ${wrapper} ${file}`
    return [program, 'build', '-E', definition, '--nixpkgs-path', nixpkgs, ...more]
  }
  return {
    prepare: (file) =>
      pretendBuilt(async () => (await observe('bash', args(file, '--build-args', '--dry-run'), env)).stderr),
    evaluate: (file) => observe('bash', args(file), env),
  }
}

/** The container's system alone, of a whole NixOS host. */
export function nixosHost(nixpkgs) {
  const expression = (file) => `
    let
      lib = import ${nixpkgs}/lib;
      host = import ${nixpkgs}/nixos/lib/eval-config.nix {
        system = builtins.currentSystem;
        modules = [ ${file} { system.stateVersion = lib.mkDefault lib.trivial.release; } ];
      };
    in
    map (container: container.config.system.build.toplevel) (lib.attrValues host.config.containers)`
  return {
    prepare: async () => {},
    evaluate: (file) => observe('nix-instantiate', ['--expr', expression(file)]),
  }
}

export const node = {
  prepare: async () => {},
  evaluate: () => observe(process.execPath, ['-e', '0']),
}
