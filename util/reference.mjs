#!/usr/bin/env node
/** Writes README.md's command reference anew, from the commands' own tables. */
import { readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const bundled = await build({
  entryPoints: ['src/cli/reference.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  // What commands load when they run is not part of their tables.
  external: ['../../container/*', '../../shell/*'],
})
const [file] = bundled.outputFiles
const { withReference } = await import(`data:text/javascript;base64,${Buffer.from(file.contents).toString('base64')}`)
const readme = await readFile('README.md', 'utf8')
await writeFile('README.md', withReference(readme))
