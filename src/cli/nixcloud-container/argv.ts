/** Puts a command line of nixcloud-container in the words of ours: `-n "-I nixpkgs=/x"` is a value that looks like an option. */
import type { Command, Options } from '../command.ts'

/** Options whose value is a string of words for another program. */
export const parameterOptions: Readonly<Record<string, string>> = { n: 'nix-parameters', l: 'lxc-parameters' }

/** Nothing behind the name of a command's container is touched where the command's own words begin there. */
export function orderParameters(argv: readonly string[], commands: readonly Command<Options>[]): string[] {
  const [first = '', ...rest] = argv
  // The original takes --create for create.
  const bare = first.replace(/^--/, '')
  const command = commands.find(({ name, aliases }) => name === bare || aliases?.includes(bare))
  if (command === undefined) return [...argv]
  if (command.wordsEndOptions !== undefined) return [bare, ...rest]
  const known = Object.entries(parameterOptions).flatMap(([letter, name]) => (name in command.options ? [letter] : []))
  const ordered = [bare]
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? ''
    if (word === '--') return [...ordered, ...rest.slice(index)]
    const letter = known.find((one) => word.startsWith(`-${one}`))
    const long = known.find((one) => word === `--${parameterOptions[one]}`)
    const value = letter !== undefined && word.length > 2 ? word.slice(2) : rest[index + 1]
    const name = parameterOptions[letter ?? long ?? '']
    if (name === undefined || value === undefined) ordered.push(word)
    else {
      ordered.push(`--${name}=${value}`)
      if (word.length === 2 || long !== undefined) index += 1
    }
  }
  return ordered
}
