/** `--flake REF[#ATTR]`: how Nix is told which flake, and what its evaluation may read. */
import { dirname, relative, resolve } from 'node:path'
import { CommandMissing, UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { parseAttrPath } from './attr-path.ts'

export interface FlakeDefinition {
  kind: 'flake'
  /** As builtins.getFlake takes it. */
  ref: string
  attr: string[]
  origin: string
}

/**
 * Takes REF[#ATTR] apart. A REF that begins with "." or "/" is a folder; all else is for Nix to understand.
 * @throws UsageError where the folder holds no flake, or ATTR is none
 */
export async function readFlake(host: Host, given: string): Promise<FlakeDefinition> {
  const at = given.indexOf('#')
  const [ref, attr] = at < 0 ? [given, ''] : [given.slice(0, at), given.slice(at + 1)]
  const names = attr === '' ? [] : parseAttrPath(attr, '--flake')
  const folder = ref === '' && at === 0 ? '.' : ref
  const isFolder = folder.startsWith('.') || folder.startsWith('/')
  if (folder === '')
    throw new UsageError('--flake needs a flake after it: a folder with flake.nix, or github:OWNER/REPO.')
  return {
    kind: 'flake',
    ref: isFolder ? await refOfFolder(host, resolve(host.cwd, folder)) : folder,
    attr: names,
    origin: `the flake ${given}`,
  }
}

const inUrl = (path: string) => path.split('/').map(encodeURIComponent).join('/')

/** In a Git repository a flake is what Git tracks, elsewhere the whole folder: as the commands of Nix have it. */
async function refOfFolder(host: Host, given: string): Promise<string> {
  const folder = await host.files.realPath(given)
  if (folder === undefined || !(await host.files.exists(`${folder}/flake.nix`))) {
    throw new UsageError(
      `There is no ${given}/flake.nix. Give a folder that has one, or a reference as github:OWNER/REPO.`,
    )
  }
  for (let above = folder; above !== '/'; above = dirname(above)) {
    if (!(await host.files.exists(`${above}/.git`))) continue
    const below = relative(above, folder)
    if (!(await gitTracks(host, above, below === '' ? 'flake.nix' : `${below}/flake.nix`))) break
    return `git+file://${inUrl(above)}${below === '' ? '' : `?dir=${inUrl(below)}`}`
  }
  return `path:${inUrl(folder)}`
}

/** False where there is no git. @throws UsageError for a flake that Git does not know, so that Nix would not see it */
async function gitTracks(host: Host, repository: string, file: string): Promise<boolean> {
  try {
    const args = ['-C', repository, 'ls-files', '--error-unmatch', '--', file]
    if ((await host.run('git', args, { allowFailure: true })).exitCode !== 1) return true
  } catch (error) {
    if (error instanceof CommandMissing) return false
    throw error
  }
  throw new UsageError(
    `Git does not track ${repository}/${file}, so Nix does not see it. Run: git -C ${repository} add ${file}`,
  )
}

/** What the host base reads of this machine. All else is closed to a flake, and the environment is empty: as far as that goes it is pure. */
const readable = ['/usr', '/etc/alternatives', '/var/lib/dpkg']

const schemes = ['path:', 'git:', 'git+file:', 'github:', 'gitlab:', 'sourcehut:', 'tarball+', 'flake:']
const downloads = ['file://', 'http://', 'https://', 'git+https://', 'git+http://', 'git+ssh://', 'ssh://', 'git://']

/** Arguments of nix-build that stand for the definition. */
export const flakeArguments = (host: Host, { ref, attr }: FlakeDefinition): string[] => [
  ...[`${host.root}/nix/from-flake.nix`, '--argstr', 'ref', ref, '--argstr', 'attr', JSON.stringify(attr)],
  ...['--option', 'extra-experimental-features', 'nix-command flakes'],
  ...['--option', 'restrict-eval', 'true'],
  ...['--option', 'allowed-uris', [...schemes, ...downloads].join(' ')],
  ...[`${host.root}/nix`, ...readable].flatMap((folder) => ['-I', folder]),
]
