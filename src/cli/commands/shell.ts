/** `shell`: a container for the time of a session. */
import { UsageError } from '../../host/errors.ts'
import { defineCommand, type Parsed } from '../command.ts'
import {
  containerOptions,
  definitionDetails,
  definitionOptions,
  extraFrom,
  noWaitFrom,
  readyFrom,
  readyOptions,
  requestFrom,
  sshOptions,
  waitOptions,
} from '../options.ts'

export const shell = defineCommand({
  name: 'shell',
  usage: [
    'FILE|DIR|STORE_PATH [OPTION...] [--run CMD ARG...]',
    '-E EXPR [OPTION...] [--run CMD ARG...]',
    '--flake REF[#ATTR] [OPTION...] [--run CMD ARG...]',
  ],
  summary: 'Start a container, open a shell with helpers for it, destroy it afterwards',
  details: [
    ...definitionDetails.map((text) => text.replace(' "-", or nothing at all, reads standard input.', '')),
    'In the session, "h" tells of the helpers: "c CMD" runs a command inside, "c" opens a shell there, $ip and $name are set. "c -u USER -w DIR -e VAR=VALUE CMD" runs it as another user, elsewhere, with more variables. With --ssh, "cssh [CMD]" does the same over SSH.',
    'A definition of several containers is a lab: all start together, "c NAME CMD" runs a command in one, $ip_NAME is its address, and they find each other by name.',
    'Ctrl-C while the container starts opens the shell at once.',
    'Within a session of the same container, `shell` updates the running container and opens no second shell.',
  ],
  examples: [
    "extra-container shell -E '{ containers.demo.config = {}; }'",
    "extra-container shell -E '{ containers.demo.config = {}; }' --run c hostname",
  ],
  options: {
    ...definitionOptions,
    ...containerOptions,
    ...sshOptions,
    ...readyOptions,
    ...waitOptions,
    unique: {
      type: 'flag',
      description:
        'Give each container a name of its own, NAME-xxxx: the same definition can have many sessions at once',
    },
    here: {
      type: 'flag',
      description:
        'Mount the working directory inside, at the same path; "c" runs commands there as the user who called. Nothing else of the home folder is visible',
    },
    'no-network': {
      type: 'flag',
      description: 'No network inside but its own localhost, whatever the definition says',
    },
    'no-destroy': { type: 'flag', alias: 'n', description: 'Do not destroy the container before and after' },
    destroy: {
      type: 'flag',
      alias: 'd',
      description: 'Within a session of the same container too, destroy it before and after',
    },
    shell: {
      type: 'text',
      value: 'bash|zsh|fish|PATH',
      description: "Open this shell; by default the caller's own ($SHELL), or bash where that is another",
    },
    run: {
      type: 'rest',
      value: 'CMD [ARG...]',
      description:
        "Run a command with the helpers instead of an interactive shell. Must be the last option. Its exit status is this command's, standard output is its alone",
    },
  },
  words: [0, 1],
  async run(host, args) {
    if (!host.env.EXTRA_CONTAINER_ETC) checkRunIsLast(args)
    const { runShell } = await import('../../shell/shell.ts')
    if (args.run && args.shell !== undefined) {
      throw new UsageError('--shell says which interactive shell is opened, and with --run none is. Leave one away.')
    }
    return runShell(
      host,
      {
        ...requestFrom(args),
        extra: { ...extraFrom(args), ...(args['no-network'] ? { noNetwork: true } : {}) },
        ssh: args.ssh,
        stdin: false,
      },
      {
        command: args.run,
        keep: args['no-destroy'],
        forceDestroy: args.destroy,
        shell: args.shell,
        wait: readyFrom(args),
        unique: args.unique,
        here: args.here,
        ...noWaitFrom(args),
      },
    )
  },
})

/** @throws UsageError where the definition stands behind --run, so that the command got it */
function checkRunIsLast({
  run = [],
  words,
  expr,
  flake,
}: Parsed<typeof definitionOptions> & { run?: string[] | undefined }): void {
  const swallowed = run.find((word) => /^(-E|--expr|--flake)(=|$)/.test(word))
  if (swallowed === undefined || words.length > 0 || expr !== undefined || flake !== undefined) return
  throw new UsageError(
    `No definition is given: --run must be the last option, and what follows it, ${swallowed} too, is the command's.`,
  )
}
