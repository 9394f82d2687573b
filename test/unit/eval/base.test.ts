/** Which base is asked for, what Nix says it chose, and when a whole NixOS host is tried. */
import { describe, expect, test } from '@jest/globals'
import { baseArguments, checkBase, chosenBase } from '../../../src/eval/base.ts'
import { buildEtc, describeBuild } from '../../../src/eval/nix.ts'
import { mayBeOurs } from '../../../src/eval/whole-host.ts'
import { fakeHost } from '../../fake-host.ts'

const options = {
  attrPath: [],
  buildArgs: [],
  cache: false,
  showTrace: false,
  stateDirectory: '/var/lib/nixos-containers',
  extra: {},
}
const definition = { kind: 'expression', text: '{ }', origin: '-E' } as const
const factsOf = (argv: readonly string[]) => JSON.parse(argv[argv.indexOf('facts') + 1] ?? '')

describe('checkBase', () => {
  test.each([
    [{ base: 'hsot' }, '--base "hsot" is no base'],
    [{ nixpkgsPath: '.', nixosPath: '.' }, 'Both --nixpkgs-path and --nixos-path'],
    [{ base: 'host', nixosPath: '.' }, 'Leave out --nixos-path'],
    [{ nixpkgsPath: ' ' }, '--nixpkgs-path needs the text of a path'],
  ])('%j is refused', (request, message) => {
    expect(() => checkBase(request as never)).toThrow(message)
  })

  test('what goes together', () => {
    checkBase({})
    checkBase({ base: 'nixpkgs', nixpkgsPath: './x' })
    expect(baseArguments({ nixpkgsPath: './x' })).toEqual([['nixpkgs', './x']])
  })
})

test('the base that Nix chose is read from its trace', () => {
  expect(chosenBase('warning: x\ntrace: extra-container: base nixpkgs\nerror: y')).toBe('nixpkgs')
  expect(chosenBase('trace: base nixpkgs')).toBeUndefined()
})

describe('mayBeOurs', () => {
  test.each([
    "error: syntax error, unexpected '}'",
    "error: undefined variable 'x'",
    "error: The option `containers.demo.privateNetwrok' does not exist.",
    "error: A definition for option `containers.demo.autoStart' is not of type `boolean'.",
    "error: The definition sets 'container', which is no option.",
    "error: builder for '/nix/store/x.drv' failed with exit code 1",
    'error: Package ‘unrar-7’ in /x.nix:1 has an unfree license (‘unfree’), refusing to evaluate.',
  ])('not %s', (stderr) => {
    expect(mayBeOurs(stderr)).toBe(false)
  })

  test.each([
    "error: attribute 'package' missing",
    "error: The option `systemd.services.container@demo.newOption' does not exist.",
    'error: infinite recursion encountered',
  ])('%s', (stderr) => {
    expect(mayBeOurs(stderr)).toBe(true)
  })
})

describe('where the reduced evaluation fails', () => {
  const failing = (second: { exitCode: number; stderr: string; stdout: string }) =>
    fakeHost((argv) =>
      factsOf(argv).wholeHost
        ? second
        : { exitCode: 1, stderr: "trace: extra-container: base nixpkgs\nerror: attribute 'new' missing" },
    )

  test('a whole host is evaluated, with one warning that says what to report', async () => {
    const host = failing({
      exitCode: 0,
      stderr: 'trace: extra-container: base nixpkgs\n',
      stdout: '/nix/store/0-etc\n',
    })
    expect(await buildEtc(host, definition, options)).toBe('/nix/store/0-etc/etc')
    expect(host.commands).toHaveLength(2)
    expect(host.stderr).toEqual([expect.stringMatching(/^Warning: .*whole NixOS host[\s\S]*attribute 'new' missing/)])
  })

  test('an error that both have is shown once', async () => {
    const host = failing({ exitCode: 1, stderr: "error: attribute 'new' missing", stdout: '' })
    await expect(buildEtc(host, definition, options)).rejects.toThrow(
      /^Evaluating the containers failed: attribute 'new' missing/,
    )
    expect(host.stderr).toEqual([])
  })

  test('not on the host base', async () => {
    const host = fakeHost(() => ({
      exitCode: 1,
      stderr: "trace: extra-container: base host\nerror: attribute 'new' missing",
    }))
    await expect(buildEtc(host, definition, options)).rejects.toThrow("attribute 'new' missing")
    expect(host.commands).toHaveLength(1)
  })
})

test('describeBuild gives what Nix would build, without what it says before', async () => {
  const list = 'these 2 derivations will be built:\n  /nix/store/a.drv\n  /nix/store/b.drv\n'
  const host = fakeHost(() => ({ stderr: `warning: x\n${list}` }))
  expect(await describeBuild(host, definition, options)).toBe(list.trimEnd())
  expect(host.commands[0]).toContain('--dry-run')
})
