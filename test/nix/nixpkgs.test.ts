/**
 * The nixpkgs base gives what a whole NixOS host gives. EXTRA_CONTAINER_TEST_NIXPKGS=PATH[:PATH...] names genuine nixpkgs;
 * without it, the stand-ins are compared with themselves as far as they go.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { evalError, evalNix, root } from './nix.ts'
import { directives, genuine, trees } from './nixpkgs/trees.ts'

interface Evaluated {
  unit: string
  scripts: Record<string, string>
  conf: string
  system: string | null
}
const definitions = (nixpkgs: string) =>
  `(import ${root}/test/nix/nixpkgs/definitions.nix { nixpkgs = ${nixpkgs}; lib = import (${nixpkgs} + "/lib"); })`

/** The definitions that a release has the options for; the stand-ins have the host base's system. */
function namesFor(nixpkgs: string): string[] {
  const since = evalNix<Record<string, string>>(`builtins.mapAttrs (_: d: d.since or "0") ${definitions(nixpkgs)}`)
  const release = readFileSync(join(nixpkgs, '.version'), 'utf8').trim()
  const inStandIns = /^(plain|openssh|firewall|network|veths|ports|mounts|devices|ephemeral|flags|path|host)$/
  const names = Object.keys(since).filter((name) => Number(since[name]) <= Number(release))
  return genuine.length > 0 ? names : names.filter((name) => inStandIns.test(name))
}

describe.each(trees)('%s', (nixpkgs) => {
  const names = namesFor(nixpkgs)

  test('the definitions are many', () => {
    expect(names.length).toBeGreaterThanOrEqual(genuine.length > 0 ? 24 : 12)
  })

  test.each(names)(
    '%s: unit, scripts, conf and system are those of a NixOS host',
    (name) => {
      const call = `import ${root}/test/nix/nixpkgs/compare.nix { root = ${root}; nixpkgs = ${nixpkgs}; name = "${name}"; }`
      const containers = evalNix<Record<string, [Evaluated, Evaluated]>>(call)
      expect(Object.keys(containers).length).toBeGreaterThan(0)
      for (const [ours, theirs] of Object.values(containers)) {
        expect(ours.system).toBe(theirs.system)
        expect(ours.conf).toBe(theirs.conf)
        expect(ours.scripts).toEqual(theirs.scripts)
        expect(directives(ours.unit)).toEqual(directives(theirs.unit))
      }
    },
    600_000,
  )

  test('a mistyped option of a container is an error with a near miss', () => {
    const message = evalError(
      `(import ${root}/nix/eval-config.nix {
        nixpkgs = ${nixpkgs}; facts = ''{"base":"nixpkgs","system":"x86_64-linux"}'';
        definition = { containers.demo = { config = { }; privateNetwrok = true; }; };
      }).files`,
    )
    expect(message).toContain('containers.demo.privateNetwrok')
    expect(message).toContain("Did you mean 'privateNetwork'?")
  })
})

test('what cannot be used as nixpkgs is named, with what to do', () => {
  const error = (nixpkgs: string) =>
    evalError(`(import ${root}/nix/eval-config.nix {
      nixpkgs = ${nixpkgs}; definition = { containers.a.config = { }; }; facts = ''{"base":"nixpkgs"}'';
    }).files`)
  expect(error(`${root}/docs`)).toContain(`${root}/docs is no nixpkgs: it has no lib/default.nix.`)
  expect(error('1')).toContain('--nixpkgs-path is a int, and no path')
  expect(error('"https://nixos.org/x"')).toContain("--nixpkgs-path is the text 'https://nixos.org/x', and no path")
  expect(error(`${root}/nix`)).toContain('Give the folder of nixpkgs with --nixpkgs-path')
})

describe('a nixpkgs of the wrong age: one line instead of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'extra-container-test-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each<[string, Record<string, string>, string]>([
    ['too old', { '.version': '20.03' }, ' is nixpkgs 20.03, and 20.09 is the oldest that works.'],
    [
      'the Nix it needs by its number',
      { 'lib/.version': '30.05', 'lib/minver.nix': '"99.1"' },
      'does not work with this Nix, .*\\. It needs: Nix 99\\.1 or newer\\. Install a newer Nix, or give an older nixpkgs',
    ],
    [
      'the Nix it needs by what that has to know',
      { '.version': '30.05', 'lib/minfeatures.nix': '{ missing = [ { description = "a thing"; } ]; }' },
      'does not work with this Nix, .*\\. It needs: a thing\\.',
    ],
  ])('%s', (name, files, message) => {
    const nixpkgs = join(folder, name.replaceAll(' ', '-'))
    const own = { 'lib/default.nix': "throw ''a page of text''", 'nixos/lib/eval-config.nix': '', ...files }
    for (const [path, text] of Object.entries(own)) {
      mkdirSync(join(nixpkgs, path, '..'), { recursive: true })
      writeFileSync(join(nixpkgs, path), text)
    }
    const error = evalError(
      `(import ${root}/nix/eval-config.nix { nixpkgs = ${nixpkgs}; definition = { }; facts = ''{"base":"nixpkgs"}''; }).files`,
    )
    expect(error).toMatch(new RegExp(message))
    expect(error).not.toMatch(/\n|page/)
  })
})
