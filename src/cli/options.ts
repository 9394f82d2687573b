/** Options that several commands share. */
import type { DefinitionRequest } from '../container/build.ts'
import { parseCondition, type Wait } from '../container/wait/condition.ts'
import { UsageError } from '../host/errors.ts'
import type { Parsed } from './command.ts'

export const definitionOptions = {
  expr: { type: 'text', alias: 'E', value: 'EXPR', description: 'The definition itself, as Nix text' },
  attr: {
    type: 'text',
    alias: 'A',
    value: 'PATH',
    description: 'Select an attribute of the definition: x.y, or x."a.b" for a name with a dot',
  },
  flake: {
    type: 'text',
    value: 'REF[#ATTR]',
    description:
      'Containers of a flake: a folder with flake.nix or a flake reference. ATTR is a container of its output containers, a package that buildContainers made, or a definition',
  },
  'nixpkgs-path': {
    type: 'text',
    value: 'EXPR',
    description:
      'The nixpkgs to make containers from, as a Nix expression: ./nixpkgs, \'fetchTarball "URL"\'. By default <nixpkgs/nixos>',
  },
  'nixos-path': { type: 'text', value: 'EXPR', description: 'The same by its folder nixos' },
  base: {
    type: 'text',
    value: 'host|nixpkgs',
    description:
      "Make containers of this machine's own OS, or from nixpkgs. By default from nixpkgs where there is one",
  },
  'show-trace': { type: 'flag', description: 'Show all that Nix says about an error' },
  'no-cache': { type: 'flag', description: 'Evaluate again, also where nothing changed' },
  'build-args': {
    type: 'rest',
    value: 'ARG...',
    until: 'run',
    description: 'Pass all arguments that follow, up to --run, to nix-build',
  },
} as const

export const changeOptions = {
  start: {
    type: 'flag',
    alias: 's',
    description:
      'Start what is down. What runs and changed is updated in place, or restarted where its container options changed',
  },
  'update-changed': {
    type: 'flag',
    alias: 'u',
    description: 'Update what runs and changed in place, or restart it where its container options changed',
  },
  'restart-changed': { type: 'flag', alias: 'r', description: 'Restart what runs and changed' },
} as const

export const sshOptions = {
  ssh: {
    type: 'flag',
    description:
      "Let the containers' root accept an SSH key kept in /tmp/extra-container-ssh, made where there is none. Requires the container option privateNetwork",
  },
} as const

/** For commands that start containers. */
export const readyOptions = {
  wait: {
    type: 'list',
    value: 'unit:NAME|port:N|cmd:COMMAND',
    description:
      'Return only when this unit inside is up, something listens on this TCP port inside, or this command inside succeeds; may be given several times. CONTAINER/unit:NAME is for one container alone',
  },
  timeout: {
    type: 'text',
    value: 'SECONDS',
    description: 'How long --wait waits after the start; 60 by default',
  },
} as const

/** The same in the words of src/container; undefined where there is nothing to wait for. @throws UsageError */
export function readyFrom({ wait, timeout }: Pick<Parsed<typeof readyOptions>, 'wait' | 'timeout'>): Wait | undefined {
  if (timeout !== undefined && !(/^\d+(\.\d+)?$/.test(timeout) && Number(timeout) > 0)) {
    throw new UsageError(`--timeout takes a number of seconds, and ${JSON.stringify(timeout)} is none.`)
  }
  if (timeout !== undefined && wait.length === 0) throw new UsageError('--timeout is for --wait, which is not given.')
  return wait.length === 0 ? undefined : { conditions: wait.map(parseCondition), timeout: Number(timeout ?? 60) }
}

/** For commands that change containers. */
export const reportOptions = {
  'dry-run': { type: 'flag', description: 'Print what would be done with each container, and why; change nothing' },
  json: {
    type: 'flag',
    description: 'Print the plan or the result as one JSON document, and nothing else, on standard output',
  },
} as const

/** The same in the words of src/container. */
export const reportFrom = (args: Parsed<typeof reportOptions>) => ({ dryRun: args['dry-run'], json: args.json })

/** Of all commands that change containers. */
export const waitOptions = {
  'no-wait': {
    type: 'flag',
    description: 'Fail at once where another command works on the same container, instead of waiting for it to end',
  },
} as const

export const noWaitFrom = (args: Parsed<typeof waitOptions>): { noWait: boolean } => ({ noWait: args['no-wait'] })

/** What the command line sets of a container, beside its definition. */
export const containerOptions = {
  publish: {
    type: 'list',
    alias: 'p',
    value: '[ADDRESS:]PORT:CONTAINER_PORT[/udp]',
    description:
      "Let a port of this machine lead to one of the container's localhost; may be given several times. Without ADDRESS on all of this machine's. The container needs a private network",
  },
} as const

/** The same as values of `containers.NAME.extra`. @throws UsageError */
export function extraFrom({ publish }: Pick<Parsed<typeof containerOptions>, 'publish'>): Record<string, unknown> {
  for (const port of publish) {
    if (/^(([\d.]+|\[[\da-f:.]+\]):)?\d+:\d+(\/(tcp|udp))?$/i.test(port)) continue
    throw new UsageError(
      `--publish ${JSON.stringify(port)} is no published port. Write PORT:CONTAINER_PORT, for instance 8080:80, ` +
        '127.0.0.1:8080:80, [::1]:8080:80 or 5353:53/udp.',
    )
  }
  return publish.length > 0 ? { publish } : {}
}

/** The same, where each is a variable with its value. @throws UsageError */
export function checkVariables(variables: readonly string[]): readonly string[] {
  const wrong = variables.find((variable) => !/^[a-z_]\w*=/i.test(variable))
  if (wrong === undefined) return variables
  throw new UsageError(`-e ${JSON.stringify(wrong)} is no VAR=VALUE. Write for instance -e LANG=C.`)
}

/** What a definition may be, for the help of all commands that take one. */
export const definitionDetails = [
  'FILE holds a definition: { containers.NAME = { ... }; }. DIR is a folder with default.nix. "-", or nothing at all, reads standard input. ' +
    'STORE_PATH is something built: what `build` printed, an etc, a NixOS system. ' +
    'In -E and on standard input <pwd/file.nix> is a file of the current folder.',
] as const

/** What the user gave, in the words of src/container. */
export const requestFrom = (args: Parsed<typeof definitionOptions>): DefinitionRequest => ({
  expr: args.expr,
  source: args.words[0],
  flake: args.flake,
  attr: args.attr,
  buildArgs: args['build-args'],
  base: args.base as DefinitionRequest['base'],
  nixpkgsPath: args['nixpkgs-path'],
  nixosPath: args['nixos-path'],
  showTrace: args['show-trace'],
  cache: !args['no-cache'],
  stdin: true,
})
