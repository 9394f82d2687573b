/** What Nix 2.8 (Debian 12) and 2.26 (Debian 13) print, recorded in November 2026. */
import { describe, expect, test } from '@jest/globals'
import { evaluationNotes, isMachineFault, remedyOf, shortenNixError } from '../../../src/eval/nix-errors.ts'

const origin = 'the expression given by -E'
const shorten = (stderr: string) => shortenNixError(stderr, origin, '/opt/extra-container/nix/')

describe('shortenNixError', () => {
  test('2.8: a syntax error keeps its line', () => {
    expect(
      shorten(`warning: the group 'nixbld' specified in 'build-users-group' does not exist
error: syntax error, unexpected end of file

       at «string»:1:6:

            1| { x =
             |      ^
`),
    ).toBe(`syntax error, unexpected end of file
  at the expression given by -E:1:6:
       1| { x =
        |      ^`)
  })

  test('2.8: a module error loses the hint at an option of nix-build', () => {
    expect(
      shorten(`error: The option \`containers.demo.confg' does not exist. Definition values:
       - In \`<unknown-file>': { }

       Did you mean \`containers.demo.config'?
(use '--show-trace' to show detailed location information)
`),
    ).toBe(`The option \`containers.demo.confg' does not exist. Definition values:
  - In the expression given by -E: { }
  Did you mean \`containers.demo.config'?`)
  })

  test('2.26: the cause comes after the trace', () => {
    expect(
      shorten(`error:
       … while evaluating the attribute 'd'
         at «string»:1:24:
            1| {d}: let a = { inherit d; }; in a.d
             |                        ^

       (stack trace truncated; use '--show-trace' to show the full, detailed trace)

       error: attribute 'y' missing
       at /home/me/demo.nix:1:12:
            1| let f = x: x.y; in f { z = 1; }
             |            ^
       Did you mean z?
`),
    ).toBe(`attribute 'y' missing
  at /home/me/demo.nix:1:12:
       1| let f = x: x.y; in f { z = 1; }
        |            ^
  Did you mean z?`)
  })

  test("positions in this program's own files are left out, what follows them is not", () => {
    expect(
      shorten(`error: value is a set while a string was expected

       at /opt/extra-container/nix/bases/host/lib/modules.nix:10:3:

            9| a
           10|   b
             |   ^

       … while evaluating the option 'x'
`),
    ).toBe("value is a set while a string was expected\n  … while evaluating the option 'x'")
  })

  test('a failed build comes before what needed it', () => {
    expect(
      shorten(`this derivation will be built:
  /nix/store/x-foo.drv
error: builder for '/nix/store/x-foo.drv' failed with exit code 1;
       last 1 log lines:
       > no such thing
       For full logs, run 'nix log /nix/store/x-foo.drv'.
error: 1 dependencies of derivation '/nix/store/y-etc.drv' failed to build
`),
    ).toMatch(
      /^builder for '\/nix\/store\/x-foo.drv' failed with exit code 1;\n {2}last 1 log lines:\n {2}> no such thing/,
    )
  })

  test('text without any error is shown whole', () => {
    expect(shorten('Killed')).toBe('Killed')
  })
})

test.each([
  ["error: builder for '/nix/store/x.drv' failed", true],
  ['error: writing to file: No space left on device', true],
  ["error: undefined variable 'foo'", false],
  ["error: The option `x' does not exist.", false],
])('the machine is at fault: %s → %p', (stderr, fault) => {
  expect(isMachineFault(stderr)).toBe(fault)
})

test('what the evaluation printed is told, what Nix says of its work is not', () => {
  expect(evaluationNotes("trace: warning: old\nbuilding '/nix/store/x.drv'...\nwarning: the group x\n")).toEqual([
    'trace: warning: old',
  ])
})

test('a flake whose inputs are not locked: how to lock them', () => {
  const error =
    "error: flake 'path:/x' requires lock file changes but they're not allowed due to '--no-update-lock-file'"
  expect(remedyOf(error)).toContain('flake lock')
  expect(remedyOf('error: another')).toBeUndefined()
})
