/** `--here`: whose files the working directory holds, for `containers.NAME.extra.here`. */
import { UsageError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'

/** The value of `extra.here`. */
export interface Here {
  path: string
  user: string
  uid: number
  group: string
  gid: number
  home: string
}

/** What a container has of its own at these paths, or everything in one. */
const refused = new Set(
  ['', 'bin', 'boot', 'dev', 'etc', 'home', 'lib', 'lib32', 'lib64', 'libx32', 'nix', 'proc', 'root', 'run', 'sbin']
    .concat(['sys', 'tmp', 'usr', 'var', 'nix/store', 'var/lib', 'var/tmp'])
    .map((path) => `/${path}`),
)

/** @throws UsageError for a folder that must not be mounted */
export async function callerHere(host: Host): Promise<Here> {
  const { cwd: path } = host
  const { uid, gid } = caller(host.env)
  const user = entry(await host.files.read('/etc/passwd'), uid)
  const home = uid === 0 ? '/root' : (user?.[5] ?? `/home/${host.env.SUDO_USER ?? uid}`)
  if (path === home || home.startsWith(`${path}/`)) {
    throw new UsageError(
      `--here would show your whole home folder ${home} to the container. Go to the folder that it needs: cd ${home}/FOLDER`,
    )
  }
  if (refused.has(path) || /^\/(dev|proc|sys|nix\/store)\//.test(path)) {
    throw new UsageError(`--here cannot mount ${path}, which a container has of its own. Go to a folder of yours.`)
  }
  if (!(await host.files.isDirectory(path))) {
    throw new UsageError(`--here: the working directory ${path} does not exist any more. Go to one that does.`)
  }
  return {
    path,
    user: uid === 0 ? 'root' : (user?.[0] ?? host.env.SUDO_USER ?? `user${uid}`),
    uid,
    group: gid === 0 ? 'root' : (entry(await host.files.read('/etc/group'), gid)?.[0] ?? `group${gid}`),
    gid,
    home,
  }
}

/** sudo's own word for who called; root itself where it was not used. */
function caller({ SUDO_UID = '', SUDO_GID = '' }: Host['env']): { uid: number; gid: number } {
  const isNumber = (text: string) => /^\d+$/.test(text)
  return isNumber(SUDO_UID) && isNumber(SUDO_GID)
    ? { uid: Number(SUDO_UID), gid: Number(SUDO_GID) }
    : { uid: 0, gid: 0 }
}

/** The line of passwd(5) or group(5) with that number, in its fields. */
const entry = (text: string | undefined, id: number): string[] | undefined =>
  text
    ?.split('\n')
    .map((line) => line.split(':'))
    .find((fields) => fields.length > 3 && fields[2] === String(id))
