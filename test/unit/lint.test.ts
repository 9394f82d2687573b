/** What only src/host may do, the linter refuses elsewhere. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../..', import.meta.url))

const outside = `import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
export const all = [spawn, readFileSync, readFile, process.pid]
`

test('the machine is reached by src/host alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'extra-container-lint-'))
  try {
    cpSync(join(root, 'biome.json'), join(folder, 'biome.json'))
    for (const part of ['host', 'cli/commands', 'shell', 'container', 'machine', 'eval']) {
      mkdirSync(join(folder, 'src', part), { recursive: true })
      writeFileSync(join(folder, 'src', part, 'x.ts'), outside)
    }
    const args = ['lint', '--vcs-enabled=false', '--reporter=github', '--max-diagnostics=none']
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/biome'), args, { cwd: folder, encoding: 'utf8' })
    const refused = stdout
      .split('\n')
      .flatMap((line) => /\/src\/(.*)\/x\.ts,line=(\d)/.exec(line)?.slice(1).join(' ') ?? [])
    const parts = ['cli/commands', 'container', 'eval', 'machine', 'shell']
    expect(refused.sort()).toEqual(parts.flatMap((part) => [1, 2, 3, 4].map((line) => `${part} ${line}`)))
  } finally {
    rmSync(folder, { recursive: true })
  }
})
