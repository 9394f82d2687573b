import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../..', import.meta.url))

const isScript = (file: string): boolean =>
  /\.(sh|bash)$/.test(file) || /^#!.*\b(sh|bash)\b/.test(readFileSync(join(root, file), 'utf8'))

const scripts = ['.ci', 'bench', 'bin', 'nix', 'src', 'test', 'util'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter(isScript),
)

test('scripts are found by their ending and by their first line', () => {
  expect(scripts).toEqual(
    expect.arrayContaining(['.ci/run', 'nix/lxc/scripts/start.sh', 'src/shell/helpers.bash', 'util/install.sh']),
  )
})

test('shellcheck finds nothing in the shell scripts', () => {
  const { error, status, stdout, stderr } = spawnSync('shellcheck', ['--external-sources', ...scripts], {
    cwd: root,
    encoding: 'utf8',
  })
  if (error)
    throw new Error('shellcheck cannot be run. Install what the tests need: util/install/tests.sh', { cause: error })
  expect(stdout + stderr).toBe('')
  expect(status).toBe(0)
})
