/**
 * `npm run bench:nixpkgs -- PATH [--bash-tool PATH] [--pairs N] [FIGURE...]`: evaluation of containers of a genuine nixpkgs,
 * beside the bash tool and a NixOS host; writes NIXPKGS.md and nixpkgs-results.json. Nothing is built: see nixpkgs/built.mjs.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from './machine.mjs'
import { figuresOf } from './nixpkgs/figures.mjs'
import { measure } from './nixpkgs/measure.mjs'
import { markdown, table } from './nixpkgs/report.mjs'

const { values, positionals } = parseArgs({
  args: process.argv.slice(2).filter((argument) => !argument.endsWith('nixpkgs.mjs')),
  options: { 'bash-tool': { type: 'string' }, pairs: { type: 'string', default: '3' } },
  allowPositionals: true,
})
const [given, ...wanted] = positionals
if (given === undefined) {
  console.error('Usage: npm run bench:nixpkgs -- PATH_TO_NIXPKGS [--bash-tool PATH] [--pairs N] [FIGURE...]')
  process.exit(2)
}
const nixpkgs = resolve(given)
const bashTool = values['bash-tool'] && join(resolve(values['bash-tool']), 'extra-container')

const results = []
for (const figure of await figuresOf({ nixpkgs, bashTool })) {
  if (wanted.length > 0 && !wanted.some((word) => figure.name.includes(word))) continue
  process.stderr.write(`${figure.name} ...`)
  const rows = await measure(figure, Number(values.pairs))
  results.push(...rows)
  const told = rows.map(({ error, ratio, processorRatio: processors }) => {
    if (error) return `failed: ${error}`
    return `${ratio.toFixed(2)}x${processors === undefined ? '' : ` (processors ${processors.toFixed(2)}x)`}`
  })
  process.stderr.write(` ${told.join(', ')}\n`)
}

const release = (await readFile(join(nixpkgs, '.version'), 'utf8')).trim()
const { manager, systemd, ...here } = await machine()
const report = { machine: { nixpkgs: release, ...here }, results }
console.log(table(results))
if (wanted.length === 0) {
  const file = (name) => fileURLToPath(new URL(name, import.meta.url))
  await writeFile(file('nixpkgs-results.json'), `${JSON.stringify(report, null, 2)}\n`)
  if (results.every(({ error }) => !error)) await writeFile(file('NIXPKGS.md'), markdown(report))
}
process.exitCode = results.every(({ error, ok }) => !error && ok) ? 0 : 1
