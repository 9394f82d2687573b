/**
 * Containers of one definition evaluated for themselves: by several processes, and only those where something changed. What they
 * are joined to is what one process would have given, byte for byte (nix/join.nix).
 */
import { CommandError } from '../host/errors.ts'
import type { Host } from '../host/host.ts'
import { type Kept, keep, type Run } from './cache.ts'
import type { NixBuild, Observer, Printed } from './cached-build.ts'
import { keepMeanwhile } from './kept.ts'
import { heapEnvironment, shareOut } from './memory.ts'
import { prove } from './proof.ts'
import { runNix } from './run-nix.ts'

/** What nix/dialects/parts.nix prints, and notes as a variable, before each container. */
const sign = 'extra-container: container '

const allNames = /^trace: extra-container: containers (\[.*\])$/m

/** The names of all containers where Nix left the definition to be evaluated in parts. */
export function namesOfParts({ stdout, stderr }: Printed): string[] | undefined {
  const [, names] = (stdout.trim() === '' && allNames.exec(stderr)) || []
  return names === undefined ? undefined : (JSON.parse(names) as string[])
}

interface Text {
  text: string
  context: Readonly<Record<string, unknown>>
}

/** What a process of Nix evaluates first, then a container each, and last what concerns all of them. */
export interface Part {
  /** Names of all containers of the definition. Of the first part only as they were known before it. */
  names?: string[]
  /** What the whole is made of, without its files. */
  derivation?: unknown
  /** Of the container; empty of what concerns all; none of the first. */
  name?: string
  files?: { set: Record<string, { set: Record<string, Text> }> }
  printed: string
}

interface Evaluated {
  parts: Part[]
  began: number
  records: string
  ownVariables: readonly string[]
}

/**
 * Evaluates the containers that nothing is known of, and joins all.
 * @param names of the containers as they were known last
 * @param known what was kept of them
 * @throws CommandError with what Nix printed
 */
export async function buildParts(
  host: Host,
  build: NixBuild,
  names: readonly string[],
  known: Kept<Part> | undefined,
  observer: Observer | undefined,
): Promise<Printed> {
  const before = known?.runs ?? []
  const changed = (known?.changed ?? []).map(({ name }) => name)
  const parts = await usable(host, before)
  const evaluated: Evaluated[] = []
  const isThere = (name: string) => parts.some((part) => part.name === name)
  // What concerns all comes with each process. Where that has other names than were known, it takes a second round.
  for (let wanted = namesIn(parts) ?? names; !isThere('') || !wanted.every(isThere); wanted = namesIn(parts) ?? []) {
    // What was changed may be changed again. Coming last it takes none of the others with it then.
    const missing = wanted.filter((name) => !isThere(name))
    missing.sort((a, b) => +changed.includes(a) - +changed.includes(b))
    const more = await evaluateAll(host, build, missing, observer)
    evaluated.push(...more)
    parts.push(...more.flatMap((one) => one.parts))
  }

  // The same may have been evaluated twice: the last counts.
  const last = new Map(parts.map((part) => [part.name, part]))
  const files = namesIn(parts)?.map((name) => last.get(name)?.files)
  const printed = joinPrinted(parts.filter((part) => part.name === undefined || last.get(part.name) === part))
  // What was evaluated is kept also where building it fails.
  const keepAll = (result: string | undefined) =>
    observer && keepMeanwhile(host, keepParts(host, build, observer, { result, printed, before, evaluated }))
  try {
    const done = await join(host, build, JSON.stringify({ derivation: last.get('')?.derivation, files }))
    keepAll(done.stdout.trim())
    return { stdout: done.stdout, stderr: `${printed}\n${done.stderr}` }
  } catch (error) {
    keepAll(undefined)
    throw error
  }
}

const namesIn = (parts: readonly Part[]): readonly string[] | undefined =>
  parts.findLast(({ name }) => name === '')?.names

/** Those whose derivations and files are in the store. */
async function usable(host: Host, runs: readonly Run<Part>[]): Promise<Part[]> {
  const parts = runs.flat().map(({ part }) => part)
  const texts = (part: Part) => Object.values(part.files?.set ?? {}).flatMap((file) => Object.values(file.set))
  const pathsOf = (part: Part) => texts(part).flatMap(({ context }) => Object.keys(context))
  const isThere = (path: string) => host.files.look([{ path, aspect: 'own-kind' }])[0]?.there
  return parts.filter((part) => pathsOf(part).every(isThere))
}

/** One that fails ends the others. */
async function evaluateAll(
  host: Host,
  build: NixBuild,
  names: readonly string[],
  observer: Observer | undefined,
): Promise<Evaluated[]> {
  const { atOnce, processes } = await shareOut(host, names.length)
  const chunks = Array.from({ length: processes }, (_, index) => names.filter((_, at) => at % processes === index))
  const { signal, ...options } = build.options
  const failed = new AbortController()
  const env = { ...options.env, ...(await heapEnvironment(host, atOnce, chunks[0]?.length)) }
  const own = { ...options, env, ...(signal ? { signal: AbortSignal.any([signal, failed.signal]) } : {}) }
  const waiting = [...chunks.entries()]
  const evaluated: Evaluated[] = []
  let error: unknown
  const work = async () => {
    for (let next = waiting.shift(); next && error === undefined; next = waiting.shift()) {
      const [index, chunk] = next
      try {
        evaluated[index] = await evaluate(host, { ...build, options: own }, chunk, observer, index)
      } catch (reason) {
        error ??= reason
        failed.abort('SIGTERM')
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (error !== undefined) throw error
  return evaluated
}

async function evaluate(
  host: Host,
  { argsOf, options }: NixBuild,
  names: readonly string[],
  observer: Observer | undefined,
  index: number,
): Promise<Evaluated> {
  const args = ['--eval', '--strict', '--json', '--read-write-mode', ...argsOf({ attribute: 'parts', parts: names })]
  const began = Date.now()
  const run = (env: Record<string, string>) => runNix(host, 'nix-instantiate', args, { ...options, env })
  const { done, records, ownVariables } = observer
    ? await observer.observe(index, options.env, run)
    : { done: await run(options.env), records: '', ownVariables: [] }
  const { containers, ...common } = JSON.parse(done.stdout) as Part & { containers: Part[] }
  const printed = cutAt(done.stderr, '\n', `trace: ${sign}`)
  const all: Omit<Part, 'printed'>[] = [{ names: common.names ?? [] }, ...containers, { ...common, name: '' }]
  const parts = all.map((part, at) => ({ ...part, printed: printed[at] ?? '' }))
  return { parts, began, records, ownVariables }
}

/** Cuts before each line, or record, that begins with that. */
function cutAt(text: string, separator: string, start: string): string[] {
  const pieces: string[][] = [[]]
  for (const one of text.split(separator)) {
    if (one.startsWith(start)) pieces.push([])
    pieces.at(-1)?.push(one)
  }
  return pieces.map((piece) => piece.join(separator))
}

/** Each warning once, as of one process. */
const joinPrinted = (parts: readonly Part[]): string => {
  const lines = parts.flatMap(({ printed }) => printed.split('\n'))
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith(`trace: ${sign}`)))].join('\n')
}

async function join(host: Host, { link, options, run }: NixBuild, data: string): Promise<Printed> {
  const file = `/run/extra-container/parts-${host.pid}`
  // It may hold what only root is to read.
  await host.files.write(file, data, 0o600)
  try {
    const args = ['--out-link', link, `${host.root}/nix/join.nix`, '--argstr', 'file', file]
    const { input: _, ...plain } = options
    return await run(args, plain)
  } finally {
    await host.files.removeFile(file)
  }
}

/** Whether what was joined was not there any more: a collection of garbage came between. */
export const isStale = (error: unknown): boolean =>
  error instanceof CommandError &&
  /is not valid|does not exist/.test(error.stderr) &&
  error.argv.join(' ').includes('/join.nix')

async function keepParts(
  host: Host,
  { texts }: NixBuild,
  { key, trusted }: Observer,
  outcome: {
    result: string | undefined
    printed: string
    before: readonly Run<Part>[]
    evaluated: readonly Evaluated[]
  },
): Promise<void> {
  const { result, printed, before, evaluated } = outcome
  const again = new Set(evaluated.flatMap(({ parts }) => parts.flatMap(({ name }) => name ?? [])))
  const runs = before.map((run) => withoutEnd(run, again))
  let all = true
  for (const { parts, began, records, ownVariables } of evaluated) {
    const isOwnVariable = (name: string) => ownVariables.includes(name) || name.startsWith(sign)
    const seen = await prove(host, { began, texts, trusted, isOwnVariable, records: cutAt(records, '\0', `e${sign}`) })
    runs.push(seen.flatMap((one, index) => (parts[index] ? [{ seen: one, part: parts[index] }] : [])))
    all &&= seen.length === parts.length
  }
  const kept = runs.filter((run) => run.length > 0)
  if (kept.length > 0) await keep(host, key, { result: all ? result : undefined, printed, runs: kept })
}

/** What a run ends with was needed for nothing else. */
function withoutEnd(run: Run<Part>, again: ReadonlySet<string>): Run<Part> {
  const last = run.findLastIndex(({ part: { name } }) => name !== undefined && !again.has(name))
  return run.slice(0, last + 1)
}
