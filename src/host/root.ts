/** Becoming root: the same command again, through sudo. */
import { CommandMissing, OperationError } from './errors.ts'
import type { Host } from './host.ts'

/** All that root gets of the caller's environment: what sessions, terminals and Nix need. */
const kept = new RegExp(
  `^(${[
    'PATH|TERM|COLORTERM|NO_COLOR|LANG|LC_[A-Z]+|ZDOTDIR|SSH_AUTH_SOCK',
    'NIX_PATH|NIX_REMOTE|NIX_SSL_CERT_FILE|(all|http|https|ftp|no)_proxy|(ALL|HTTP|HTTPS|FTP|NO)_PROXY',
    'runningShellContainer|EXTRA_CONTAINER_[A-Z_]+',
  ].join('|')})$`,
)

/**
 * sudo's policy may let anything through, such as NODE_OPTIONS: only what sudo itself sets is taken over from it.
 * SHLVL: without it a bash whose standard input is a socket takes itself for one of rshd, and reads root's ~/.bashrc.
 */
const cleanly =
  'exec /usr/bin/env -i HOME="$HOME" USER=root LOGNAME=root SHLVL=1 ' +
  'SUDO_USER="$SUDO_USER" SUDO_UID="$SUDO_UID" SUDO_GID="$SUDO_GID" "$@"'

export const needsRoot = (host: Host): boolean => host.uid !== 0

/**
 * Runs a command as root on this terminal and gives its status.
 * env(1) carries the variables: sudo's own --preserve-env needs a right that not every sudoers entry gives. HOME is root's:
 * what root writes into the caller's home the caller could not change.
 * @param argv the command that is to run again, program first, as absolute path
 * @throws OperationError where there is no sudo
 */
export async function runAsRoot(host: Host, argv: readonly string[]): Promise<number> {
  const { HOME, SHELL } = host.env
  const caller = { EXTRA_CONTAINER_HOME: HOME, EXTRA_CONTAINER_SHELL: SHELL }
  const variables = Object.entries({ ...caller, ...host.env }).flatMap(([name, value]) =>
    value !== undefined && kept.test(name) ? [`${name}=${value}`] : [],
  )
  try {
    return (await host.attach('sudo', ['-H', '--', '/bin/sh', '-c', cleanly, 'sh', ...variables, ...argv])).status
  } catch (error) {
    if (!(error instanceof CommandMissing)) throw error
    throw new OperationError('extra-container must run as root and sudo is not installed. Run it as root: su -c "..."')
  }
}
