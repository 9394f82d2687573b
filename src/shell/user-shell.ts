/** The interactive shell of a session: the caller's own, with the helpers. */
import { basename } from 'node:path'
import { OperationError, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'

const kinds = ['bash', 'zsh', 'fish'] as const
type Kind = (typeof kinds)[number]

export interface UserShell {
  kind: Kind
  file: string
}

/**
 * @param wanted a shell's name or path; by default the caller's SHELL, or bash where that is none of those known or gone
 * @throws UsageError, OperationError where the wanted one is not there
 */
export async function chooseShell(host: Host, wanted?: string): Promise<UserShell> {
  const found = await find(host, wanted ?? host.env.EXTRA_CONTAINER_SHELL ?? host.env.SHELL ?? 'bash')
  if (found.file !== undefined && found.kind !== undefined) return { kind: found.kind, file: found.file }
  if (wanted === undefined) return { kind: 'bash', file: 'bash' }
  if (found.kind !== undefined)
    throw new OperationError(`--shell ${wanted}: there is no such program. Install ${found.kind}.`)
  throw new UsageError(
    `--shell ${wanted}: the helpers are there for ${kinds.join(', ')}. Name one of these, or its path.`,
  )
}

async function find(host: Host, shell: string): Promise<{ kind: Kind | undefined; file: string | undefined }> {
  const kind = kinds.find((known) => known === basename(shell))
  if (kind === undefined) return { kind, file: undefined }
  const folders = shell.includes('/') ? [''] : (host.env.PATH ?? '').split(':').filter((folder) => folder !== '')
  for (const folder of folders) {
    const file = folder === '' ? shell : `${folder}/${shell}`
    if (await host.files.exists(file)) return { kind, file }
  }
  return { kind, file: undefined }
}

/** The command that opens it, and what it needs in the environment. */
export function interactive(
  host: Pick<Host, 'root' | 'env'>,
  { kind, file }: UserShell,
): { argv: [file: string, args: string[]]; env: Record<string, string> } {
  const folder = `${host.root}/src/shell`
  const env = {
    SHELL: file,
    EXTRA_CONTAINER_HOME: host.env.EXTRA_CONTAINER_HOME ?? host.env.HOME ?? '/root',
    EXTRA_CONTAINER_PATH: host.env.PATH ?? '',
  }
  if (kind === 'bash') return { argv: [file, ['--rcfile', `${folder}/session.bash`, '-i']], env }
  // Other shells have the helpers from bash's environment.
  const through = ['-c', '. "$1"; shift; exec "$@"', 'bash', `${folder}/helpers.bash`, file]
  if (kind === 'fish') {
    return {
      argv: ['bash', [...through, '--init-command', 'source $EXTRA_CONTAINER_ROOT/src/shell/session.fish']],
      env,
    }
  }
  return {
    argv: ['bash', [...through, '-i']],
    env: { ...env, ZDOTDIR: `${folder}/zsh`, EXTRA_CONTAINER_ZDOTDIR: host.env.ZDOTDIR ?? '' },
  }
}
