/** Systems of the host base for tests, from a module's Nix code. */
import { evalNix, root } from './nix.ts'

export interface UnitFile {
  text?: string
  link?: string
}

/** A Nix expression of the system that the module gives: an attribute set with `config` and `toplevel`. */
export const system = (module: string): string => `
  let
    lib = import ${root}/nix/bases/host/lib;
    pkgs = import ${root}/nix/bases/host/pkgs { inherit lib; system = "x86_64-linux"; };
  in
  import ${root}/nix/bases/host/system/eval-system.nix { inherit lib pkgs; } { name = "demo"; modules = [ ${module} ]; }`

/** The value of an attribute path below the system's \`config\`. */
export const config = <T = unknown>(module: string, path: string): T => evalNix<T>(`(${system(module)}).config.${path}`)

/** What is in /etc/systemd/system, by path. */
export const units = (module: string): Record<string, UnitFile> => config(module, 'system.build.systemdUnits')
