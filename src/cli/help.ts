/** Writes the help from the commands' own tables. Pure; reference.ts writes the same as Markdown. */
import type { Command, Option, Options } from './command.ts'

const width = 88

/** Breaks text into lines of at most `columns`. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

/** `--expr|-E EXPR` */
export function spell(name: string, option: Option): string {
  const short = option.alias ? `|-${option.alias}` : ''
  return `--${name}${short}${option.type === 'flag' ? '' : ` ${option.value}`}`
}

const indented = (texts: readonly string[], by: number) =>
  texts.map((text) => (text === '' ? '' : ' '.repeat(by) + text))

export const programOf = ({ program = 'extra-container' }: Pick<Command, 'program'>): string => program

export const usageLines = (command: Command<Options>): string[] =>
  command.usage.map((usage) => `${programOf(command)} ${command.name} ${usage}`.trimEnd())

export function commandHelp(command: Command<Options>): string {
  const options = Object.entries(command.options).flatMap(([name, option]) => [
    ...indented([spell(name, option)], 2),
    ...indented(wrap(option.description, width - 6), 6),
  ])
  const blocks = [
    [`Usage: ${usageLines(command).join('\n       ')}`],
    wrap(`${command.summary}.`, width),
    ...(command.details ?? []).map((text) => wrap(text, width)),
    ...(options.length > 0 ? [['Options:', ...options]] : []),
    ...(command.examples ? [['Examples:', ...indented(command.examples, 2)]] : []),
  ]
  return blocks.map((lines) => lines.join('\n')).join('\n\n')
}

export function programHelp(commands: readonly Command<Options>[]): string {
  const program = programOf(commands[0] ?? {})
  const column = Math.max(...commands.map(({ name }) => name.length)) + 2
  return [
    `Usage: ${program} COMMAND [ARG...]`,
    '',
    'Runs NixOS container definitions as systemd containers, without a rebuild of the host.',
    '',
    'Commands:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(column)}${summary}`),
    '',
    `Details of a command: ${program} COMMAND --help`,
    `Version: ${program} --version`,
  ].join('\n')
}
