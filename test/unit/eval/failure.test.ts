/** Why Nix failed: what is said where it could not say it itself. */
import { describe, expect, test } from '@jest/globals'
import { explain } from '../../../src/eval/failure.ts'
import { CommandError, type OperationError } from '../../../src/host/errors.ts'
import { fakeHost } from '../../fake-host.ts'

const failed = (stderr: string, exitCode?: number, signal?: string) =>
  new CommandError('nix-build failed', ['nix-build'], exitCode, signal, '', stderr)
const told = (error: CommandError, showTrace = false) =>
  explain(fakeHost(), error, 'the expression given by -E', showTrace) as OperationError

describe('no memory, crashes', () => {
  test.each<[string, CommandError, string]>([
    ['the kernel ended it', failed('', undefined, 'SIGKILL'), 'was killed, most likely because memory ran out'],
    ['the same below a shell', failed('', 137), 'was killed, most likely because memory ran out'],
    ['it says so', failed('error: out of memory\n', 1), 'ran out of memory'],
    [
      'it aborts',
      failed("terminate called after throwing an instance of 'std::bad_alloc'\n", undefined, 'SIGABRT'),
      'ran out of memory',
    ],
    [
      'the collector gives up',
      failed('Too many heap sections: Increase MAXHINCR or MAX_HEAP_SECTS\n', 134),
      'ran out of memory',
    ],
  ])('%s', (_, error, words) => {
    const { message, exitStatus } = told(error)
    expect(message).toContain(`Evaluating the containers failed: Nix ${words}`)
    expect(message).toContain('Free some memory')
    expect(message).not.toContain('--show-trace')
    expect(exitStatus).toBe(1)
  })

  test('a crash', () => {
    const { message, exitStatus } = told(failed('trace: x\n', undefined, 'SIGSEGV'))
    expect(message).toContain('Nix crashed (SIGSEGV). Most likely the definition recurses without end.')
    expect(exitStatus).toBe(1)
  })

  test('a builder that lacked memory is a failed build', () => {
    const stderr =
      "error: builder for '/nix/store/x.drv' failed with exit code 1;\n       last 1 log lines:\n       > cc1plus: out of memory\n       The whole log: nix-store --read-log /nix/store/x.drv\n"
    expect(told(failed(stderr, 100)).message).toBe(
      "Building the containers failed: builder for '/nix/store/x.drv' failed with exit code 1;\n  last 1 log lines:\n  > cc1plus: out of memory\n  The whole log: nix-store --read-log /nix/store/x.drv",
    )
  })
})

test("a daemon's hint at `nix log` becomes one that needs no experimental feature", () => {
  for (const hint of ["run 'nix log /nix/store/x.drv'.", 'run:\n         nix log /nix/store/x.drv']) {
    const stderr = `error: builder for '/nix/store/x.drv' failed with exit code 1;\n       last 1 log lines:\n       > x\n       For full logs, ${hint}\n`
    expect(told(failed(stderr, 100)).message).toMatch(
      /> x\n +The whole log: nix-store --read-log \/nix\/store\/x\.drv$/,
    )
  }
})

test.each([
  "unable to download 'https://cache.nixos.org/nix-cache-info': Couldn't resolve host name (6)",
  "unable to download 'https://cache.nixos.org/x': Could not resolve hostname (6) Could not resolve host: cache.nixos.org",
  "unable to download 'https://cache.nixos.org/x': Timeout was reached (28)",
  "unable to download 'https://cache.nixos.org/x': Couldn't connect to server (7)",
])('no network: %s', (line) => {
  const error = told(failed(`error: ${line}\n`, 1))
  expect(error.message).toContain('Nothing could be fetched: this machine has no network')
  expect(error.exitStatus).toBe(1)
})

test('a file that is not there is no missing network', () => {
  expect(told(failed("error: unable to download 'https://x/y': HTTP error 404\n", 1)).message).not.toContain('network')
})

test('all that Nix says, with --show-trace', () => {
  expect(told(failed('trace: x\nerror: y\n', 1), true).message).toBe(
    'Evaluating the containers failed: trace: x\nerror: y',
  )
})
