/** `-n` and `-l`: strings of words that go to Nix and to LXC. */
import { UsageError } from '../../host/errors.ts'
import type { Parsed } from '../command.ts'

export const nixParameters = {
  'nix-parameters': {
    type: 'list',
    alias: 'n',
    value: 'WORDS',
    description: 'Pass these words on to Nix, as one string: -n "-I nixpkgs=/x"',
  },
} as const

/** @param use what becomes of them */
export const lxcParameters = (use: string) =>
  ({ 'lxc-parameters': { type: 'list', alias: 'l', value: 'WORDS', description: use } }) as const

/** For commands that need no program of LXC. */
export const noLxcParameters = lxcParameters('Refused: no program of LXC has a part in this')

export const nixWords = (args: Parsed<typeof nixParameters>): string[] =>
  args['nix-parameters'].flatMap((text) => splitWords('-n', text))

export const lxcWords = (args: Parsed<ReturnType<typeof lxcParameters>>): string[] =>
  args['lxc-parameters'].flatMap((text) => splitWords('-l', text))

/**
 * Splits at blanks, but for those between quotes. No other character means anything.
 * @throws UsageError where a quote is not closed
 */
export function splitWords(option: string, text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  let quote = ''
  for (const character of text) {
    if (character === quote) quote = ''
    else if (quote === '' && (character === '"' || character === "'")) [quote, word] = [character, word ?? '']
    else if (quote === '' && /\s/.test(character)) {
      if (word !== undefined) words.push(word)
      word = undefined
    } else word = (word ?? '') + character
  }
  if (quote !== '') throw new UsageError(`${option} ${JSON.stringify(text)} has no second ${quote}. Close the quote.`)
  return word === undefined ? words : [...words, word]
}

/** @throws UsageError for words that a command has no program of LXC for */
export function refuseWords(command: string, words: readonly string[]): void {
  const [word] = words
  if (word === undefined) return
  throw new UsageError(
    `nixcloud-container ${command} has no use for -l ${JSON.stringify(word)}: no program of LXC has a part in it. Leave it out.`,
  )
}
