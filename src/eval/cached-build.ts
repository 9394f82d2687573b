/** nix-build, spared where it is proven that it would give what it gave before. */
import { createHash } from 'node:crypto'
import type { Host, RunOptions, RunResult } from '../host/host.ts'
import { findResult, forgetResult, type Kept, keepResult } from './cache.ts'
import { keepMeanwhile } from './kept.ts'
import type { Part } from './parts.ts'

/** Entries of other versions of this file mean nothing to it. */
const format = 6

/** What nix-build printed. */
export type Printed = Pick<RunResult, 'stdout' | 'stderr'>

/** What is asked of nix/eval-config.nix. */
export interface Asked {
  attribute: 'etc' | 'parts'
  /** Whether it may leave the evaluation to several processes. */
  split?: boolean
  /** Names of containers. */
  parts?: readonly string[]
}

type Options = RunOptions & { env: Record<string, string> }

export interface NixBuild {
  argsOf(asked: Asked): string[]
  options: Options
  /** Runs nix-build. @throws CommandError with what Nix printed, CommandMissing without Nix */
  run(args: readonly string[], options: Options): Promise<RunResult>
  /** Where Nix puts a link to the result, a root for the garbage collector. */
  link: string
  /** What Nix evaluates beside files. */
  texts: readonly string[]
  /** Whether a result may be reused, and kept. */
  cache: boolean
  /** Whether several processes may evaluate it. */
  split: boolean
}

/**
 * Gives what nix-build printed: the store path of the result. The link leads to it.
 * @throws CommandError with what Nix printed, CommandMissing without Nix
 */
export async function cachedBuild(host: Host, build: NixBuild): Promise<Printed> {
  const observer = build.cache ? await observerOf(host, build) : undefined
  let rooted: Promise<boolean> | undefined
  const known =
    observer &&
    (await findResult<Part>(
      host,
      observer.key,
      (result) =>
        new Promise((begun) => {
          rooted = isThere(host, result, build.link, begun).finally(begun)
        }),
    ))
  // Before Nix makes another link there.
  const there = await rooted
  if (known?.result !== undefined && there) return { stdout: known.result, stderr: known.printed }
  const names = known?.runs[0]?.[0]?.part?.names
  if (names) return inParts(host, build, names, known, observer)
  if (observer) await forgetResult(host, observer.key)
  const done = observer ? await observed(host, build, observer) : await alone(build)
  const left = done.stdout.trim() === '' ? (await import('./parts.ts')).namesOfParts(done) : undefined
  return left ? inParts(host, build, left, undefined, observer) : done
}

const alone = ({ argsOf, link, split, options, run }: NixBuild): Promise<RunResult> =>
  run(['--out-link', link, ...argsOf({ attribute: 'etc', split })], options)

async function inParts(
  host: Host,
  build: NixBuild,
  names: readonly string[],
  known: Kept<Part> | undefined,
  observer: Observer | undefined,
): Promise<Printed> {
  const { buildParts, isStale } = await import('./parts.ts')
  try {
    return await buildParts(host, build, names, known, observer)
  } catch (error) {
    if (!isStale(error)) throw error
    if (observer) await forgetResult(host, observer.key)
    return alone({ ...build, split: false })
  }
}

/** Notes what Nix looks at while it runs. */
export interface Observer {
  /** All that is given to Nix, and which Nix. */
  key: string
  /** Folder of Nix files that are known not to ask for more than is noted. */
  trusted: string
  observe(
    index: number,
    env: Record<string, string>,
    run: (env: Record<string, string>) => Promise<RunResult>,
  ): Promise<{ done: RunResult; records: string; ownVariables: string[] }>
}

async function observerOf(host: Host, build: NixBuild): Promise<Observer | undefined> {
  const object = `${host.root}/dist/reads.so`
  const key = (await host.files.exists(object)) ? await keyOf(host, build) : undefined
  if (key === undefined) return undefined
  return {
    key,
    trusted: `${host.root}/nix`,
    async observe(index, given, run) {
      const file = `/run/extra-container/reads-${host.pid}-${index}`
      await host.files.write(file, '', 0o600)
      try {
        const env = { ...given, LD_PRELOAD: object, EXTRA_CONTAINER_READS: file }
        const done = await run(env)
        return { done, records: (await host.files.read(file)) ?? '', ownVariables: Object.keys(env) }
      } finally {
        await host.files.removeFile(file)
      }
    },
  }
}

async function observed(host: Host, build: NixBuild, observer: Observer): Promise<RunResult> {
  const began = Date.now()
  const { done, ...seen } = await observer.observe(0, build.options.env, (env) =>
    alone({ ...build, options: { ...build.options, env } }),
  )
  const result = done.stdout.trim()
  const evaluation = { ...seen, result, printed: done.stderr, began, texts: build.texts, trusted: observer.trusted }
  if (result !== '') keepMeanwhile(host, keepResult(host, observer.key, evaluation))
  return done
}

/** Roots a result that is valid. Nix's own database tells that: a path may be there half removed. */
async function isThere(host: Host, result: string, link: string, begun: () => void): Promise<boolean> {
  if (!(await host.files.exists(result))) return false
  const args = ['--realise', result, '--add-root', link, '--indirect', '--option', 'substitute', 'false']
  return (await host.run('nix-store', args, { allowFailure: true, onStart: begun })).exitCode === 0
}

/** Undefined where there is no Nix. */
async function keyOf(host: Host, { argsOf, options, texts, split }: NixBuild): Promise<string | undefined> {
  const places = (host.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'))
  const files = places.map((folder) => `${folder}/nix-build`)
  const looked = host.files.look(files.map((path) => ({ path, aspect: 'content' })))
  const nix = looked.findIndex(({ there }) => there)
  if (nix < 0) return undefined
  const args = argsOf({ attribute: 'etc', split })
  const given = [format, files[nix], looked[nix]?.print, host.root, options.cwd, args, texts]
  return createHash('sha256').update(JSON.stringify(given)).digest('hex')
}
