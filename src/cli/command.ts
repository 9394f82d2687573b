/** What a command is: its place in the help, its options, and what it does. Options' types follow from the table. */
import type { Host } from '../host/host.ts'

interface OptionBase {
  alias?: string
  description: string
}
export interface FlagOption extends OptionBase {
  type: 'flag'
}
export interface TextOption extends OptionBase {
  type: 'text'
  /** What the help calls its value. */
  value: string
}
/** A text that may be given several times. */
export interface ListOption extends OptionBase {
  type: 'list'
  value: string
}
/** Takes all the words that follow it, up to an option that `until` names. */
export interface RestOption extends OptionBase {
  type: 'rest'
  value: string
  until?: string
  /** Whether it means something with no word after it. */
  mayBeEmpty?: boolean
}
export type Option = FlagOption | TextOption | ListOption | RestOption
export type Options = Readonly<Record<string, Option>>

type ValueOf<O extends Option> = O extends FlagOption
  ? boolean
  : O extends TextOption
    ? string | undefined
    : O extends ListOption
      ? string[]
      : string[] | undefined

/** What a command is given: its options' values, and the words that are no options. */
export type Parsed<O extends Options> = { readonly [Name in keyof O]: ValueOf<O[Name]> } & { readonly words: string[] }

export interface Command<O extends Options = Options> {
  /** The program that it is a command of, where that is not extra-container. */
  program?: string
  name: string
  aliases?: readonly string[]
  /** What follows the name, one way of calling it a line: `FILE`, `--all`. */
  usage: readonly string[]
  /** One line, for the list of commands. */
  summary: string
  /** Paragraphs for the command's own help. */
  details?: readonly string[]
  examples?: readonly string[]
  options: O
  /** The fewest and the most words that are no options. */
  words: readonly [number, number]
  /** The words after this many are the command's own, options among them too; a `--` before them is dropped. */
  wordsEndOptions?: number
  /** Only reads what every user may read. */
  unprivileged?: boolean
  /** Gives the exit status. Imports what it needs when it is called: start-up stays cheap. */
  run(host: Host, args: Parsed<O>): Promise<number>
}

/** Ties a command's `run` to its own options. */
export const defineCommand = <const O extends Options>(command: Command<O>): Command<O> => command
