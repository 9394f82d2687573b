/** `npm run bench`: every figure beside its reference, measured in the same run; writes RESULTS.md and results.json. */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { figures } from './figures.mjs'
import { machine } from './machine.mjs'
import { measure } from './measure.mjs'
import { markdown, table } from './report.mjs'
import { installed } from './tool.mjs'

const wanted = process.argv.slice(2).filter((argument) => !argument.endsWith('run.mjs'))

const others = await installed()
if (others.length > 0) {
  console.error(
    `Containers are installed here and would disturb the figures: ${others.join(', ')}. Destroy them first.`,
  )
  process.exit(1)
}

const results = []
for (const figure of figures.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)))) {
  process.stderr.write(`${figure.name} ...`)
  const result = await measure(figure)
  results.push(result)
  process.stderr.write(result.error ? ` failed: ${result.error}\n` : ` ${result.ratio.toFixed(2)}x\n`)
}

const report = { machine: await machine(), results }
console.log(table(results))
if (wanted.length === 0) {
  const file = (name) => fileURLToPath(new URL(name, import.meta.url))
  await writeFile(file('results.json'), `${JSON.stringify(report, null, 2)}\n`)
  if (results.every(({ error }) => !error)) await writeFile(file('RESULTS.md'), markdown(report))
}
process.exitCode = results.every(({ error, ok }) => !error && ok) ? 0 : 1
