/** Writes the command reference of README.md from the commands' own tables. */
import type { Command, Options } from './command.ts'
import { commands } from './commands.ts'
import { spell, usageLines } from './help.ts'

export const beginMark = '<!-- reference -->'
export const endMark = '<!-- /reference -->'

function section(command: Command<Options>): string {
  const options = Object.entries(command.options).map(
    ([name, option]) =>
      `| \`${spell(name, option).replaceAll('|', '\\|')}\` | ${option.description.replaceAll('|', '\\|')} |`,
  )
  return [
    `### ${command.name}`,
    `${command.summary}.`,
    ['```', ...usageLines(command), '```'].join('\n'),
    ...(command.details ?? []),
    ...(options.length > 0 ? [['| option | meaning |', '| --- | --- |', ...options].join('\n')] : []),
    ...(command.examples ? [['```bash', ...command.examples, '```'].join('\n')] : []),
  ].join('\n\n')
}

export const reference = (): string => commands.map(section).join('\n\n')

/**
 * Gives a document with the text between the marks replaced by today's reference.
 * @throws Error where a mark is missing
 */
export function withReference(document: string): string {
  const begin = document.indexOf(beginMark)
  const end = document.indexOf(endMark)
  if (begin < 0 || end < begin)
    throw new Error(`The document needs the lines ${beginMark} and ${endMark}, in this order.`)
  return `${document.slice(0, begin + beginMark.length)}\n\n${reference()}\n\n${document.slice(end)}`
}
