/** Takes the options that swallow all the words after them (`--run`, `--build-args`) out of a command line. */
import { UsageError } from '../host/errors.ts'
import type { Options, RestOption } from './command.ts'

export interface Split {
  /** What is left for the parser. */
  head: string[]
  rest: Record<string, string[]>
}

/** @throws UsageError where such an option has no words after it */
export function splitRest(argv: readonly string[], options: Options): Split {
  const restOptions = Object.entries(options).filter((entry): entry is [string, RestOption] => entry[1].type === 'rest')
  const find = (words: readonly string[], flag: string) =>
    words.findIndex((word) => word === `--${flag}` || word.startsWith(`--${flag}=`))
  const head = [...argv]
  const rest: Record<string, string[]> = {}
  // The one that begins first takes all, but for one that it lets through.
  const present = restOptions
    .map(([name, option]) => ({ name, option, at: find(head, name) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)
  for (const { name, option } of present) {
    const at = find(head, name)
    if (at < 0) continue
    const taken = head.splice(at)
    const end = option.until ? find(taken, option.until) : -1
    if (end >= 0) head.push(...taken.splice(end))
    const [first = '', ...words] = taken
    if (first.includes('=')) words.unshift(first.slice(first.indexOf('=') + 1))
    if (words.length === 0 && !option.mayBeEmpty) {
      throw new UsageError(`--${name} needs ${option.value} after it, and must be the last option.`)
    }
    rest[name] = words
  }
  return { head, rest }
}

/** Cuts behind the first `count` words that are neither options nor their values: what follows is the command's own. */
export function splitOwnWords(
  argv: readonly string[],
  count: number,
  options: Options,
): { head: string[]; words: string[] } {
  const valued = Object.entries(options)
    .filter(([, { type }]) => type === 'text' || type === 'list')
    .flatMap(([name, { alias }]) => [`--${name}`, `-${alias}`])
  let seen = 0
  for (const [index, word] of argv.entries()) {
    if (valued.includes(argv[index - 1] ?? '')) continue
    if (word === '--') return { head: argv.slice(0, index), words: argv.slice(index + 1) }
    if (!word.startsWith('-')) seen += 1
    if (seen === count) {
      const words = argv.slice(index + 1)
      return { head: argv.slice(0, index + 1), words: words[0] === '--' ? words.slice(1) : words }
    }
  }
  return { head: [...argv], words: [] }
}
