/** From the words of a command line to a command's typed options. */
import yargs from 'yargs'
import { UsageError } from '../host/errors.ts'
import type { Command, Options, Parsed } from './command.ts'
import { programOf, usageLines } from './help.ts'
import { didYouMean } from './near-miss.ts'
import { splitOwnWords, splitRest } from './split.ts'

/** @throws UsageError for what the command does not take */
export function parseArguments<O extends Options>(
  command: Command<O>,
  argv: readonly string[],
): Parsed<O> & { help: boolean } {
  const { head: beforeRest, rest } = splitRest(argv, command.options)
  const { head, words: ownWords } =
    command.wordsEndOptions === undefined
      ? { head: beforeRest, words: [] }
      : splitOwnWords(beforeRest, command.wordsEndOptions, command.options)
  const values = parseOptions(command, head)
  const words = [...values.words, ...ownWords]
  if (!values.help) checkWords(command, words)
  return { ...values.options, ...rest, words, help: values.help } as Parsed<O> & { help: boolean }
}

function parseOptions(command: Command<Options>, argv: string[]) {
  const declared = Object.entries(command.options)
  const flags = declared.filter(([, option]) => option.type === 'flag')
  const texts = declared.filter(([, option]) => option.type === 'text')
  const lists = declared.filter(([, option]) => option.type === 'list')
  const valued = [...texts, ...lists].map(([name]) => name)
  const alias = Object.fromEntries([...declared.map(([name, { alias }]) => [name, alias ?? []]), ['help', 'h']])
  const parsed: { _: (string | number)[]; [name: string]: unknown } = yargs()
    .help(false)
    .version(false)
    .locale('en')
    .exitProcess(false)
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'duplicate-arguments-array': true,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'populate--': true,
      // They come back among the words as they were written, for a message that shows them so.
      'unknown-options-as-args': true,
    })
    .boolean([...flags.map(([name]) => name), 'help'])
    .string(valued)
    .requiresArg(valued)
    .alias(alias)
    .fail((message: string | null, cause: Error | undefined) => {
      throw new UsageError(missingValue(command, message ?? ''), { cause })
    })
    .parseSync(argv)
  const words = parsed._.map(String)
  const unknown = words.find((word) => /^-./.test(word))
  if (unknown !== undefined) throw new UsageError(unknownOption(command, unknown))
  const options: Record<string, unknown> = {}
  for (const [name] of flags) options[name] = [parsed[name]].flat().at(-1) === true
  for (const [name] of texts) options[name] = [parsed[name]].flat().at(-1)
  for (const [name] of lists) options[name] = [parsed[name] ?? []].flat()
  const afterDashes = Array.isArray(parsed['--']) ? parsed['--'].map(String) : []
  return { options, words: [...words, ...afterDashes], help: [parsed.help].flat().at(-1) === true }
}

/** yargs says: `Not enough arguments following: expr`. */
function missingValue(command: Command<Options>, message: string): string {
  const name = /following: (\S+)/.exec(message)?.[1] ?? ''
  const found = Object.entries(command.options).find(([long, option]) => long === name || option.alias === name)
  if (found?.[1].type !== 'text' && found?.[1].type !== 'list') return message
  const [long, { alias, value }] = found
  return `${alias ? `-${alias}/` : ''}--${long} needs ${value} after it.`
}

function unknownOption(command: Command<Options>, word: string): string {
  const bare = word.replace(/=.*$/s, '')
  const known = Object.keys(command.options).map((name) => `--${name}`)
  return `${command.name} has no option ${bare}.${didYouMean(bare, known)} Show all: ${programOf(command)} ${command.name} --help`
}

function checkWords(command: Command<Options>, words: readonly string[]): void {
  const [fewest, most] = command.words
  const usage = usageLines(command).join('\n       ')
  if (words.length < fewest) throw new UsageError(`${command.name} needs more words.\nUsage: ${usage}`)
  const extra = words.slice(most)
  if (extra.length > 0) {
    throw new UsageError(
      `${command.name} does not take ${extra.map((word) => JSON.stringify(word)).join(' ')}.\nUsage: ${usage}`,
    )
  }
}
