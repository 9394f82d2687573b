/** Puts a command line of nixos-container in the order that ours have: the command first, Nix's options last. */
import type { Command, Options } from '../command.ts'

/** Options that nixos-container passes on to Nix, and how many values each has. */
const nixOptions: Readonly<Record<string, number>> = {
  '--option': 2,
  '--override-input': 2,
  '--update-input': 1,
  '--log-format': 1,
  '--impure': 0,
  '--commit-lock-file': 0,
  '--no-registries': 0,
  '--no-update-lock-file': 0,
  '--no-write-lock-file': 0,
  '--no-allow-dirty': 0,
  '--recreate-lock-file': 0,
}

/** Nothing after `--`, which is a command for the container, is touched. */
export function orderArguments(argv: readonly string[], commands: readonly Command<Options>[]): string[] {
  const end = argv.indexOf('--')
  const [before, after] = end < 0 ? [argv, []] : [argv.slice(0, end), argv.slice(end)]
  const words: string[] = []
  const nix: string[] = []
  for (let index = 0; index < before.length; index++) {
    const word = before[index] ?? ''
    const values = nixOptions[word]
    if (values === undefined) words.push(word)
    else nix.push(...before.slice(index, index + 1 + values))
    index += values ?? 0
  }
  const at = commandAt(words, commands)
  const ordered = at < 0 ? words : [...words.slice(at, at + 1), ...words.slice(0, at), ...words.slice(at + 1)]
  return [...ordered, ...(nix.length > 0 ? ['--build-args', ...nix] : []), ...after]
}

/** The first word that is neither an option nor the value of one. */
function commandAt(words: readonly string[], commands: readonly Command<Options>[]): number {
  const valued = new Set(
    commands.flatMap(({ options }) =>
      Object.entries(options).flatMap(([name, { type }]) => (type === 'text' || type === 'list' ? [`--${name}`] : [])),
    ),
  )
  return words.findIndex((word, index) => !word.startsWith('-') && !valued.has(words[index - 1] ?? ''))
}
