/** What an evaluation looked at, as reads.c notes it, and whether its result can be reused while none of that changed. */

/** `content`: a file's or folder's; `link`: where a link leads; `kind`: only whether it is there, and what it is. */
export type Aspect = 'content' | 'link' | 'kind' | 'own-kind'

export interface Read {
  path: string
  aspect: Aspect
  there: boolean
  /** By its name one of Nix's own, which are gone when it ends. */
  temporary: boolean
}

export interface Reads {
  /** Files of the store that were read: they never change, but what is written in them counts. */
  stored: string[]
  /** Absolute paths, each with what of it was seen, and whether it was there. */
  paths: Read[]
  /** Names of variables of the environment. */
  variables: string[]
}

const aspects: Readonly<Record<string, Aspect>> = {
  r: 'content',
  d: 'content',
  l: 'link',
  S: 'kind',
  M: 'kind',
  s: 'own-kind',
  m: 'own-kind',
}

/** Folders that Nix makes for itself and for builds, and opens with the one above them to remove them. */
const temporary = /^(.*)\/nix-build-(\d+-\d+|[^/]+\.drv-\d+)(\/|$)/

/** Nix's own files: of the store only valid paths are used, whose contents never change. */
const ofNix = [
  /^\/nix\/store(\/|$)/,
  /^\/nix\/var\/nix\/(db|temproots|gcroots|userpool2?|gc\.lock|daemon-socket|gc-socket|builds)(\/|$)/,
  /^\/nix\/var\/log(\/|$)/,
  /^\/run\/extra-container(\/(build|reads)-\d+.*)?$/,
  /^\/proc\/(self\/|stat$|cpuinfo$|meminfo$|mounts$)/,
  /^\/proc$/,
  /^\/sys\/devices\/system\/cpu(\/|$)/,
  // To know how many cores it has.
  /^\/sys\/fs\/cgroup\/(.*\/)?(cpu\.max|cgroup\.controllers)$/,
  /^\/dev\/(null|kvm|u?random|tty|zero)$/,
  /^\/(dev|sys)$/,
  /\/\.cache\/nix\/(binary-cache|eval-cache)/,
]

/** What may give another answer without any sign of it: the kernel's own files, what was downloaded for a time. */
const changeable = [/^\/(proc|sys|dev)\//, /\/\.cache\/nix(\/|$)/]

/**
 * Reads the records of reads.c.
 * @returns undefined where something was seen that cannot be compared later: the network, a file of the kernel
 */
export function parseReads(text: string): Reads | undefined {
  const paths = new Map<string, Read>()
  const variables = new Set<string>()
  const stored = new Set<string>()
  const records = text.split('\0').filter((record) => record !== '')
  const aboveTemporary = new Set(records.map((record) => `r${temporary.exec(record.slice(1))?.[1]}`))
  for (const record of records) {
    if (aboveTemporary.has(record)) continue
    const kind = record.charAt(0)
    const path = record.slice(1)
    if (kind === 'e') {
      variables.add(path)
      continue
    }
    const aspect = aspects[kind]
    if (aspect === undefined) return undefined
    if (kind === 'r' && /^\/nix\/store\/.*\.nix$/.test(path)) stored.add(path)
    if (ofNix.some((pattern) => pattern.test(path))) continue
    if (!path.startsWith('/') || changeable.some((pattern) => pattern.test(path))) return undefined
    paths.set(record, { path, aspect, there: kind !== 'm' && kind !== 'M', temporary: temporary.test(path) })
  }
  return { stored: [...stored], paths: [...paths.values()], variables: [...variables] }
}

/**
 * Whether Nix text can ask for something that the records do not tell: the time, or a file of the kernel that Nix itself
 * reads too. `builtins` handed on as a whole could be asked for anything by a name that is put together.
 */
export function mayAskForMore(text: string): boolean {
  if (/currentTime|\/(proc|sys)\b/.test(text)) return true
  const plain = text
    .replace(/\binherit\s*\(\s*builtins\s*\)/g, '')
    .replace(/\bwith\s+builtins\s*;/g, '')
    .replace(/\bbuiltins\s*(\.\s*[A-Za-z_]|\?)/g, '')
  return /\bbuiltins\b|\b__/.test(plain)
}
