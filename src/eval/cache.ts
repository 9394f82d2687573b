/**
 * Results of evaluations, reused while nothing changed that Nix looked at. Never stale: what cannot be proven unchanged
 * is evaluated. How it is proven, and what is not kept: docs/cache.md.
 */
import type { Host } from '../host/host.ts'
import { comparison, isSeen, type Observed, prove, type Seen } from './proof.ts'

export const cacheFolder = '/var/cache/extra-container/eval'

const mostEntries = 200
const longestAge = 30 * 24 * 3600_000

/** What a process of Nix did, in the order in which it did it. What came before may have been used for what came after. */
export type Run<Part = unknown> = { seen: Seen; part: Part }[]

export interface Kept<Part = unknown> {
  /** Store path of the whole; undefined where something changed. */
  result: string | undefined
  /** What Nix printed beside it: its warnings and traces. */
  printed: string
  /** What still holds. */
  runs: Run<Part>[]
  /** What of each run comes first that holds no more. */
  changed: Part[]
}

const fileOf = (key: string) => `${cacheFolder}/${key}.json`

/**
 * Gives what of that key's entry was made from what is as it was; undefined where nothing is.
 * @param begin given the result before it is compared what that was made from, which lets nothing else run: what takes its time
 *   too can begin to
 */
export async function findResult<Part = unknown>(
  host: Host,
  key: string,
  begin?: (result: string) => Promise<void>,
): Promise<Kept<Part> | undefined> {
  const entry = parseEntry<Part>(await host.files.read(fileOf(key)))
  if (entry === undefined) return undefined
  if (entry.result !== undefined) await begin?.(entry.result)
  const isSame = comparison(host)
  const ends = entry.runs.map((run) => run.findIndex(({ seen }) => !isSame(seen)))
  const runs = entry.runs.map((run, index) => (ends[index] === -1 ? run : run.slice(0, ends[index])))
  if (runs.every((run) => run.length === 0)) return undefined
  const changed = entry.runs.flatMap((run, index) => run[ends[index] ?? -1]?.part ?? [])
  const result = ends.every((end) => end === -1) ? entry.result : undefined
  return { result, printed: entry.printed, runs: runs.filter((run) => run.length > 0), changed }
}

export interface Evaluation extends Omit<Observed, 'records' | 'isOwnVariable'> {
  result: string
  printed: string
  records: string
  ownVariables: readonly string[]
}

/** Keeps the result of one process, if it can be proven later that nothing changed. */
export async function keepResult(host: Host, key: string, evaluation: Evaluation): Promise<void> {
  const { result, printed, ownVariables } = evaluation
  const isOwnVariable = (name: string) => ownVariables.includes(name)
  const [seen] = await prove(host, { ...evaluation, records: [evaluation.records], isOwnVariable })
  if (seen) await keep(host, key, { result, printed, runs: [[{ seen, part: null }]] })
}

/** @param entry without a result where not all of it can be proven */
export async function keep(host: Host, key: string, entry: Omit<Kept, 'changed'>): Promise<void> {
  await host.files.makeDirectory(cacheFolder, 0o700)
  const printed = entry.printed.slice(0, 65536)
  await host.files.write(fileOf(key), JSON.stringify({ ...entry, printed, ...pack(entry.runs) }), 0o600)
  await dropOld(host)
}

function parseEntry<Part>(text: string | undefined): Omit<Kept<Part>, 'changed'> | undefined {
  if (text === undefined) return undefined
  try {
    const entry = JSON.parse(text) as (Partial<Kept<Part>> & { table?: unknown[] }) | null
    const whole =
      ['string', 'undefined'].includes(typeof entry?.result) &&
      typeof entry?.printed === 'string' &&
      Array.isArray(entry.table) &&
      Array.isArray(entry.runs) &&
      entry.runs.every((run) => Array.isArray(run) && run.every((one) => isSeen(one?.seen)))
    return whole ? { ...(entry as Kept<Part>), runs: unpack(entry as Kept<Part> & { table: unknown[] }) } : undefined
  } catch {
    // Cut short by a crash of the machine.
    return undefined
  }
}

/** Several processes read the same files of nixpkgs: each is written, and compared, once. */
function pack(runs: readonly Run[]): { runs: unknown; table: unknown[] } {
  const numbers = new Map<string, number>()
  const numberOf = (one: unknown): number => {
    const text = JSON.stringify(one)
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  const packed = runs.map((run) =>
    run.map(({ seen, part }) => ({
      seen: { ...seen, paths: seen.paths.map(numberOf), folders: seen.folders.map(numberOf) },
      part,
    })),
  )
  return { runs: packed, table: [...numbers.keys()].map((text) => JSON.parse(text)) }
}

function unpack<Part>({ runs, table }: { runs: readonly Run<Part>[]; table: readonly unknown[] }): Run<Part>[] {
  const entryAt = (number: unknown) => {
    const value = table[number as number]
    if (!Array.isArray(value)) throw new Error('not of the table')
    return value
  }
  const valuesOf = (numbers: readonly unknown[]) => numbers.map(entryAt)
  return runs.map((run) =>
    run.map(({ seen, part }) => ({
      seen: { ...seen, paths: valuesOf(seen.paths), folders: valuesOf(seen.folders) } as Seen,
      part,
    })),
  )
}

async function entries(host: Host): Promise<{ path: string; changed: number }[]> {
  const paths = (await host.files.list(cacheFolder)).map((name) => `${cacheFolder}/${name}`)
  const looked = host.files.look(paths.map((path) => ({ path, aspect: 'own-kind' })))
  return paths.map((path, index) => ({ path, changed: looked[index]?.changed ?? 0 }))
}

async function dropOld(host: Host): Promise<void> {
  const newestFirst = (await entries(host)).sort((a, b) => b.changed - a.changed)
  const now = Date.now()
  for (const [index, { path, changed }] of newestFirst.entries()) {
    if (index >= mostEntries || now - changed > longestAge) await host.files.removeFile(path)
  }
}

/** Forgets the result of one key. */
export const forgetResult = (host: Host, key: string): Promise<void> => host.files.removeFile(fileOf(key))

/** Gives the number of results that are kept, and when the oldest was (milliseconds since 1970). */
export async function cacheStatus(host: Host): Promise<{ count: number; oldest: number | undefined }> {
  const all = await entries(host)
  return { count: all.length, oldest: all.length > 0 ? Math.min(...all.map(({ changed }) => changed)) : undefined }
}

/** Forgets all results. Gives their number. */
export async function clearCache(host: Host): Promise<number> {
  const all = await entries(host)
  for (const { path } of all) await host.files.removeFile(path)
  return all.length
}
