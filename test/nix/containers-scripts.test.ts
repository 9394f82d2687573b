import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from './nix.ts'

const scripts = [
  'nix/bases/host/container',
  'nix/credentials',
  'nix/dialects',
  'nix/network',
  'nix/store-paths',
].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.sh'))
    .map((file) => join(folder, file)),
)

test('there are scripts to check', () => {
  expect(scripts).toContain('nix/bases/host/container/start.sh')
  expect(scripts).toContain('nix/network/forwarding.sh')
})

test.each(scripts)('shellcheck finds nothing in %s', (script) => {
  const { status, stdout } = spawnSync('shellcheck', [join(root, script)], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
