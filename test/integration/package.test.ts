/** package.nix: what it installs works, and what it fetches is complete. nixpkgs itself is not needed: a fixture has the names. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buildProgram, root } from './world.ts'

const run = promisify(execFile)
let folder: string
let built: { version: string; installPhase: string; npmDeps: { package: object; packageLock: { packages: object } } }

beforeAll(async () => {
  await buildProgram()
  folder = await mkdtemp(join(tmpdir(), 'extra-container-package-'))
  await cp(join(root, 'test/fixtures/nixpkgs'), join(folder, 'nixpkgs'), { recursive: true })
  await run('bash', [
    '-c',
    `grep -rl @root@ "$1" | xargs sed -i "s|@root@|$2|"`,
    'bash',
    folder,
    root.replace(/\/$/, ''),
  ])
  const text = `let p = (import ${folder}/nixpkgs { system = "x86_64-linux"; }).callPackage ${root}package.nix { pkgSrc = ${root}.; };
    in { inherit (p) version installPhase npmDeps; }`
  const { stdout } = await run('nix-instantiate', ['--eval', '--strict', '--json', '--expr', text], {
    maxBuffer: 16 * 1024 * 1024,
  })
  built = JSON.parse(stdout)
}, 60_000)
afterAll(() => rm(folder, { recursive: true, force: true }))

test('every npm package that the build needs has an address and a hash', () => {
  const packages = Object.entries(built.npmDeps.packageLock.packages).filter(([path]) => path !== '')
  expect(packages.map(([path]) => path)).toContain('node_modules/esbuild')
  expect(packages.map(([path]) => path)).not.toContain('node_modules/jest')
  for (const [, entry] of packages) {
    expect(entry).toMatchObject({
      resolved: expect.stringMatching(/^https:\/\/registry\.npmjs\.org\/.+-\d+\.\d+\.\d+[^/]*\.tgz$/),
      integrity: expect.stringMatching(/^sha512-/),
    })
  }
})

test('what is installed runs', async () => {
  const script = `set -e; runHook() { :; }; makeWrapper() { ln -s "$1" "$2"; }; out=$1; cd "$2"; ${built.installPhase}`
  await run('bash', ['-c', script, 'bash', join(folder, 'out'), root])
  const { stdout } = await run(join(folder, 'out/bin/extra-container'), ['--version'])
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  expect([stdout.trim(), built.version]).toEqual([version, version])
  await run('bash', [
    '-c',
    'for f; do test -e "$f"; done',
    'bash',
    join(folder, 'out/lib/extra-container/nix/eval-config.nix'),
  ])
})
