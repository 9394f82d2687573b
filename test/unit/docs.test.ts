/** What documents promise is there: the documents themselves, commands, paths. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { commands } from '../../src/cli/commands.ts'
import { nixcloudContainerCommands } from '../../src/cli/nixcloud-container/commands.ts'
import { pathsOf, stateFolder, unitFolder } from '../../src/container/paths.ts'
import { cacheFolder } from '../../src/eval/cache.ts'
import { machineKinds } from '../../src/machine/kinds.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const docs = readdirSync(join(root, 'docs')).map((file) => `docs/${file}`)
const documents = ['README.md', 'CONTRIBUTING.md', ...docs]

const linksOf = (path: string): string[] =>
  [...read(path).matchAll(/\]\((?![a-z]+:)([^)#\s]+\.md)/g)].map(([, to = '']) => normalize(join(dirname(path), to)))

test('every document is reached from README.md by links', () => {
  const reached = new Set(['README.md'])
  for (const path of reached) for (const to of linksOf(path)) reached.add(to)
  expect([...reached].filter((path) => path.startsWith('docs/')).sort()).toEqual(docs.sort())
})

/** Blocks of code, and code in lines. */
const codeOf = (text: string): string[] => [
  ...[...text.matchAll(/^```.*\n([\s\S]*?)^```/gm)].map(([, code = '']) => code),
  ...[...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
  ...[...text.matchAll(/^ {4}\S.*$/gm)].map(([code]) => code),
]

/** Words that follow the program's name. */
const wordsAfter = (program: string, texts: readonly string[], before = '(?<![\\w-])'): string[] =>
  texts.flatMap((text) =>
    [...text.matchAll(new RegExp(`${before}${program} ([a-z][a-z-]*)`, 'g'))].map(([, word = '']) => word),
  )

const programs = [
  ['extra-container', commands],
  ['nixcloud-container', nixcloudContainerCommands],
] as const

test.each(programs)('every command of %s that a document names exists', (program, known) => {
  const names = new Set(['help', ...known.flatMap(({ name, aliases = [] }) => [name, ...aliases])])
  const named = documents.flatMap((path) => wordsAfter(program, codeOf(read(path))).map((word) => `${word} (${path})`))
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((one) => !names.has(one.split(' ')[0] ?? ''))).toEqual([])
})

test.each(programs)('every command of %s that an error names as the next step exists', (program, known) => {
  const names = known.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(ts|bash|sh)$/.test(file),
  )
  const named = files.flatMap((file) => wordsAfter(program, [read(`src/${file}`)], ': '))
  expect(named.length).toBeGreaterThan(3)
  expect(named.filter((word) => !names.includes(word))).toEqual([])
})

test('docs/architecture.md lists where everything is', () => {
  const table = /## Paths\n([\s\S]*?)\n## /.exec(read('docs/architecture.md'))?.[1] ?? ''
  const { unit, wants, conf, unitRoot, ephemeral, configuration, flake } = pathsOf('NAME')
  const kinds = Object.values(machineKinds)
  const folders = kinds.flatMap((kind) => [kind.stateFolder ?? stateFolder, kind.profileFolder])
  const paths = [unit, wants, conf, unitRoot, ephemeral, ...folders.map((folder) => `${folder}/NAME`)]
  for (const path of [...paths, `${unitFolder}/systemd-nspawn@`, dirname(cacheFolder)])
    expect(table).toContain(`\`${path}`)
  for (const path of [configuration, flake]) expect(table).toContain(path.slice(path.lastIndexOf('/') + 1))
})

test('docs/architecture.md lists every fact of the evaluation', () => {
  const [, known = ''] = /known = \{([\s\S]*?)\n {2}\}/.exec(read('nix/eval-config.nix')) ?? []
  const facts = [...known.matchAll(/^ {4}(\w+) = /gm)].map(([, fact = '']) => fact)
  expect(facts).toContain('sshKey')
  const table = /\| fact [\s\S]*?\n\n/.exec(read('docs/architecture.md'))?.[0] ?? ''
  for (const fact of [...facts, 'wholeHost']) expect(table).toContain(`\`${fact}\``)
})
