/** What README.md shows, as tests run it. */
import { readFileSync } from 'node:fs'
import type { TestHost } from './hosts.ts'

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8')

/** The text below a heading of the second level. */
export function sectionOf(heading: string): string {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0]
  if (section === undefined) throw new Error(`README.md has no heading: ${heading}`)
  return section
}

/** The one match in a text of the README; its first group where it has one. */
export function shown(text: string, what: RegExp): string {
  const match = what.exec(text)
  if (!match) throw new Error(`README.md does not show ${what} any more in:\n${text}`)
  return match[1] ?? match[0]
}

/** A command as root types it, of the program that is tested. */
export const commandOn = (host: TestHost, command: string): string =>
  command.replaceAll(/^(?:sudo )?extra-container /gm, `${host.root}/bin/extra-container `)
