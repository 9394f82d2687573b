/** When the few modules that the nixpkgs base evaluates do not fit a nixpkgs: all of a NixOS host is evaluated instead. */
import { isMachineFault } from './nix-errors.ts'

/** Errors that a whole host would give too: of the command line, the language, the container's own system. */
const users = [
  /syntax error|undefined variable/,
  /was not found in the Nix search path/,
  /(opening file|getting status of|opening directory) '.*': No such file/,
  /The (definition|container name) /i,
  /There is no nixpkgs|--nixpkgs-path/,
  /The option `containers\.[^']*'/,
  /[Oo]ption (value for option )?`containers\./,
  /Failed assertions|cannot be made:/,
  /marked as (broken|insecure)|unfree licen[cs]e|is not available on the requested hostPlatform/,
  /container '.*': option/,
]

/** Whether the error may come from what this program leaves out of a host. */
export const mayBeOurs = (stderr: string): boolean =>
  !isMachineFault(stderr) && !users.some((pattern) => pattern.test(stderr))

/** @param reason what the reduced evaluation failed with, shortened */
export const wholeHostWarning = (reason: string): string =>
  'Warning: this nixpkgs needs more of NixOS than extra-container evaluates, so a whole NixOS host was evaluated, which takes longer.\n' +
  `  Please report it to extra-container, with the version of nixpkgs and this: ${reason.split('\n').slice(0, 3).join(' ').trim()}`
