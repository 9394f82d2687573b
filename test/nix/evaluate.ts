/** Evaluates container definitions for tests: what would be installed, without building it. */
import { evalError, evalNix, root } from './nix.ts'

export interface File {
  text?: string
  link?: string
}

const call = (definition: string, attribute: string, args = '') =>
  `(import ${root}/nix/eval-config.nix { definition = ${definition}; ${args} }).${attribute}`

/** The files of the etc, path -> content. `args` are more arguments of eval-config.nix. */
export const filesOf = (definition: string, args = ''): Record<string, File> =>
  evalNix<Record<string, File>>(call(definition, 'files', args))

/** The text of a container's unit. */
export const unitOf = (definition: string, name = 'demo', args = ''): string =>
  filesOf(definition, args)[`etc/systemd/system/container@${name}.service`]?.text ?? ''

/** The text of a container's conf. */
export const confOf = (definition: string, name = 'demo'): string =>
  filesOf(definition)[`etc/nixos-containers/${name}.conf`]?.text ?? ''

/** The message that evaluating the files ends with. */
export const errorOf = (definition: string, args = ''): string => evalError(call(definition, 'files', args))

/** A value of the evaluated container. */
export const evaluated = <T = unknown>(definition: string, path: string, args = ''): T =>
  evalNix<T>(call(definition, path, args))

/** The values of a setting that may come several times in a unit. */
export const settings = (unit: string, name: string): string[] =>
  unit
    .split('\n')
    .filter((line) => line.startsWith(`${name}=`))
    .map((line) => line.slice(name.length + 1))
