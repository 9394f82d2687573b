/** What is seen while Nix builds: by real builds on a real terminal. And that Ctrl-C ends evaluations and builds at once. */
import { describe, expect, test } from '@jest/globals'
import { ec, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

/** A derivation that nobody built before. */
const building = (script: string) => `{
  containers.demo.config.environment.etc.made.source = derivation {
    name = "ec-made"; system = builtins.currentSystem; preferLocalBuild = true; allowSubstitutes = false;
    builder = "/bin/sh"; args = [ "-c" "PATH=/usr/bin:/bin; ${script}" ]; now = builtins.currentTime;
  };
}`

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const open = (...args: string[]) => host.open([`${host.root}/bin/extra-container`, ...args, '--base', 'host'])

  test('on a terminal: a line that says what is built and how much is left, and that goes', async () => {
    const build = open('build', '-E', building('sleep 2; echo >$out'))
    const shown = await build.shows(/\d+ of \d+ built: building ec-made/)
    expect(shown).not.toContain('\n')
    expect(await build.ended).toBe(0)
    // What stays on the screen: each line behind the last return to its beginning.
    const left = build
      .screen()
      .split(/\r?\n/)
      .map((line) => line.split('\x1b[K').at(-1))
    expect(left).toEqual([expect.stringMatching(/^\/nix\/store\/[a-z0-9]{32}-etc$/), ''])
  })

  test('Ctrl-C ends a build, with what it started', async () => {
    const build = open('create', '-E', building('exec sleep 6131'))
    await build.shows('building ec-made')
    expect(await sh(host, 'pgrep -fx "sleep 6131" | wc -l')).toBe('1\n')
    build.type('\x03')
    expect(await build.ended).toBe(130)
    expect(build.screen().endsWith('\r\x1b[Kextra-container: Interrupted by SIGINT\r\n')).toBe(true)
    expect(await sh(host, 'pgrep -fx "sleep 6131" || :')).toBe('')
  })

  test('Ctrl-C ends an evaluation that has no end', async () => {
    // A loop within one function of Nix, which does not look for signals.
    const endless =
      'builtins.genericClosure { startSet = [ { key = 0; } ]; operator = { key }: [ { key = key + 1; } ]; }'
    const create = open('create', '-E', `builtins.seq (builtins.length (${endless})) { }`)
    await create.shows('Building containers...')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const begin = Date.now()
    create.type('\x03')
    expect(await create.ended).toBe(130)
    // Programs that do not end get five seconds otherwise.
    expect(Date.now() - begin).toBeLessThan(5000)
    expect(await sh(host, 'pgrep -x nix-build || :')).toBe('')
  })

  test('a build that fails: which, its last lines, and how to see all', async () => {
    const failing = building('for n in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $n; done; exit 3')
    const { status, stdout, stderr } = await ec(host, ['build', '-E', failing, '--base', 'host'])
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr).toMatch(
      /^extra-container: Building the containers failed: builder for '\/nix\/store\/\S+-ec-made\.drv' failed with exit code 3;\n {2}last 10 log lines:\n {2}> line 3\n/,
    )
    const [, log] =
      /\n {2}> line 12\n {2}The whole log: (nix-store --read-log \/nix\/store\/\S+-ec-made\.drv)\n$/.exec(stderr) ?? []
    expect(await sh(host, log ?? 'false')).toMatch(/^line 1\nline 2\n/)
  })
})
