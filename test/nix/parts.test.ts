/**
 * Containers that are evaluated for themselves give what one process gives, and only those are evaluated again where something
 * changed: by real evaluations, over the stand-ins of nixpkgs. Derivations stand for what is built of them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { cacheFolder } from '../../src/eval/cache.ts'
import { type Asked, cachedBuild, type NixBuild } from '../../src/eval/cached-build.ts'
import { keptResults } from '../../src/eval/kept.ts'
import { CommandError } from '../../src/host/errors.ts'
import { files as realFiles } from '../../src/host/files.ts'
import type { Files, Host } from '../../src/host/host.ts'
import { run as realRun } from '../../src/host/run.ts'
import { fakeHost } from '../fake-host.ts'
import { root } from './nix.ts'

const base = mkdtempSync(join(tmpdir(), 'extra-container-test-'))
afterAll(() => rmSync(base, { recursive: true }))

const inline = `{
  one = { extra.addressPrefix = "10.1.1"; config.environment.etc."it's".text = "a'b \\\${x}"; };
  two = { autoStart = true; bindMounts."/x y".hostPath = "/var"; config.environment.etc.x.source = ./x; };
  three = { config.systemd.services.z = { wantedBy = [ "multi-user.target" ]; script = "exit"; }; };
  four = { config = { lib, ... }: { environment.etc.n.text = builtins.trace "warning" "n"; }; };
}`
const own = (name: string) => `${name} = { config.imports = [ ./${name}.nix ./common.nix ]; };`
const trees: Record<string, Record<string, string>> = {
  inline: { 'def.nix': `{ containers = ${inline}; }`, x: 'x' },
  files: {
    'def.nix': `{ containers = { ${['a', 'b', 'c', 'd', 'e'].map(own).join(' ')} }; }`,
    'common.nix': '{ environment.etc.common.text = "1"; }',
    ...Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e'].map((name) => [`${name}.nix`, `{ environment.etc.mark.text = "${name}"; }`]),
    ),
    'd.nix': '{ environment.etc.mark.text = builtins.getEnv "EC_TEST"; }',
  },
  whole: {
    'def.nix': `{ containers = { ${['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name} = import ./${name}.nix;`).join(' ')} }; }`,
    'a.nix': '{ config.environment.etc.mark.text = "a"; }',
    'b.nix': '{ autoStart = true; config.environment.etc.mark.text = "b"; }',
    'c.nix': '{ _type = "if"; condition = import ./flag.nix; content.config = { }; }',
    'flag.nix': 'true',
    'd.nix': '{ extra.lab = true; extra.addressPrefix = "10.1.4"; config = { }; }',
    'e.nix': '{ extra.lab = true; extra.addressPrefix = "10.1.5"; config = { }; }',
    'f.nix': '{ name, ... }: { config.config.environment.etc.mark.text = name; }',
  },
  time: {
    'def.nix': `{ containers = { ${['a', 'b', 'c'].map(own).join(' ')} }; }`,
    'common.nix': '{ }',
    'a.nix': '{ environment.etc.mark.text = "a"; }',
    'b.nix': '{ environment.etc.mark.text = "b"; }',
    'c.nix': '{ environment.etc.mark.text = toString (builtins.currentTime / 1000000000); }',
  },
  wrong: {
    'def.nix': `{ containers = { ${['a', 'b', 'c'].map(own).join(' ')} }; }`,
    'common.nix': '{ }',
    'a.nix': '{ }',
    'b.nix': '{ environment.etc.mark.text = throw "this is wrong"; }',
    'c.nix': '{ }',
  },
}
const releases = ['20.09', '26.11']
const folderOf = (tree: string, release: string) => join(base, `${tree}-${release}`)

beforeAll(async () => {
  for (const [tree, contents] of Object.entries(trees)) {
    for (const release of releases) {
      mkdirSync(folderOf(tree, release))
      for (const [name, text] of Object.entries(contents)) writeFileSync(join(folderOf(tree, release), name), text)
    }
  }
  // Files that changed just before are not trusted.
  await sleep(2100)
})

interface World {
  host: Host
  /** Names of the containers that were evaluated, process by process, since this was asked last. */
  evaluated(): string[][]
  build(options?: { cache?: boolean; split?: boolean }): Promise<string>
}

function worldOf(tree: string, release: string, env: Record<string, string> = {}): World {
  const folder = folderOf(tree, release)
  const moved = (path: string) =>
    path.replace(cacheFolder, join(folder, 'kept')).replace('/run/extra-container', join(folder, 'run'))
  const own: Files = {
    ...realFiles,
    read: (path) => realFiles.read(moved(path)),
    write: (path, text, mode) => realFiles.write(moved(path), text, mode),
    list: (path) => realFiles.list(moved(path)),
    makeDirectory: (path, mode) => realFiles.makeDirectory(moved(path), mode),
    removeFile: (path) => realFiles.removeFile(moved(path)),
    look: (asked) => realFiles.look(asked.map((one) => ({ ...one, path: moved(one.path) }))),
  }
  let evaluated: string[][] = []
  const all = { PATH: process.env.PATH ?? '', HOME: folder, ...env }
  const host: Host = {
    ...fakeHost(),
    files: own,
    root,
    env: all,
    async run(file, args, options) {
      // A derivation that is valid stands for its result.
      if (file === 'nix-store') return { argv: [], exitCode: 0, signal: undefined, stdout: '', stderr: '' }
      const facts = args[args.indexOf('facts') + 1] ?? ''
      if (file === 'nix-instantiate' && args.includes('parts')) evaluated.push(JSON.parse(facts).parts)
      const records = options?.env?.EXTRA_CONTAINER_READS
      const given = { ...all, ...options?.env, ...(records ? { EXTRA_CONTAINER_READS: moved(records) } : {}) }
      return realRun(file, args.map(moved), { ...options, env: given })
    },
  }
  const argsOf = ({ attribute, split = false, parts = [] }: Asked) => [
    ...[`${root}/nix/eval-config.nix`, '-A', attribute, '--arg', 'definition', `${folder}/def.nix`],
    ...['--arg', 'nixpkgs', `${root}/test/nix/fixtures/nixpkgs/${release}`, '--option', 'substitute', 'false'],
    ...['--argstr', 'facts', JSON.stringify({ base: 'nixpkgs', system: 'x86_64-linux', split, parts })],
  ]
  const run: NixBuild['run'] = (args, options) =>
    host.run(
      'nix-instantiate',
      args.filter((arg, index) => arg !== '--out-link' && args[index - 1] !== '--out-link'),
      options,
    )
  return {
    host,
    evaluated() {
      const last = evaluated
      evaluated = []
      return last.map((names) => [...names].sort()).sort()
    },
    async build({ cache = true, split = true } = {}) {
      const options = { env: {}, cwd: folder }
      const done = await cachedBuild(host, { argsOf, options, run, link: '/link', texts: [], cache, split })
      await keptResults(host)
      return done.stdout.trim()
    },
  }
}

test.each(releases)('nixpkgs %s: several processes give what one gives, byte for byte', async (release) => {
  const { build, evaluated } = worldOf('inline', release)
  const whole = await build({ cache: false, split: false })
  expect(whole).toMatch(/^\/nix\/store\/[a-z0-9]{32}-etc\.drv$/)
  expect(evaluated()).toEqual([])
  expect(await build({ cache: false })).toBe(whole)
  expect(evaluated()).toEqual([
    ['four', 'three'],
    ['one', 'two'],
  ])
  expect(await build()).toBe(whole)
  evaluated()
  expect(await build()).toBe(whole)
  expect(evaluated()).toEqual([])
})

test('only what changed is evaluated again, and the result is always that of the whole', async () => {
  const { build, evaluated } = worldOf('files', '26.11', { EC_TEST: '1' })
  const folder = folderOf('files', '26.11')
  const isWhole = async (world = { build }) =>
    expect(await world.build()).toBe(await world.build({ cache: false, split: false }))
  const change = async (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    await sleep(2100)
  }
  await isWhole()
  expect(evaluated()).toEqual([
    ['a', 'c', 'e'],
    ['b', 'd'],
  ])
  await isWhole()
  expect(evaluated()).toEqual([])

  // The last of its process: what came before cannot have read it.
  await change('e.nix', '{ environment.etc.mark.text = "changed"; }')
  await isWhole()
  expect(evaluated()).toEqual([['e']])

  // What came after it in its process may have read it too; what may change again comes last.
  await change('a.nix', '{ environment.etc.mark.text = "changed"; }')
  await isWhole()
  expect(evaluated()).toEqual([['a'], ['c']])
  await change('a.nix', '{ environment.etc.mark.text = "changed again"; }')
  await isWhole()
  expect(evaluated()).toEqual([['a']])

  await change('common.nix', '{ environment.etc.common.text = "2"; }')
  await isWhole()
  expect(evaluated().flat().sort()).toEqual(['a', 'b', 'c', 'd', 'e'])

  const other = worldOf('files', '26.11', { EC_TEST: '2' })
  await isWhole(other)
  expect(other.evaluated().flat()).toContain('d')
  expect(other.evaluated().flat()).not.toContain('b')

  await change('def.nix', `{ containers = { ${['a', 'b', 'd'].map((name) => trees.files && own(name)).join(' ')} }; }`)
  await isWhole()
  expect(evaluated().flat().sort()).toEqual(['a', 'b', 'd'])
}, 120_000)

test('a container whose whole definition is in its file does not depend on the files of others', async () => {
  const { build, evaluated } = worldOf('whole', '26.11')
  const folder = folderOf('whole', '26.11')
  const change = async (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    await sleep(2100)
    expect(await build()).toBe(await build({ cache: false, split: false }))
    return evaluated()
  }
  expect(await change('f.nix', '{ config.environment.etc.mark.text = "1"; }')).toEqual([
    ['a', 'c', 'e'],
    ['b', 'd', 'f'],
  ])
  const mark = (text: string) => `{ config.environment.etc.mark.text = "${text}"; }`
  // Those of a lab read each other's files, also those of which they find out that they are not of it.
  expect(await change('f.nix', mark('2'))).toEqual([['d'], ['e', 'f']])
  expect(await change('f.nix', mark('3'))).toEqual([['d'], ['e', 'f']])
  expect(await change('d.nix', mark('d'))).toEqual([['d'], ['e', 'f']])
  expect(await change('e.nix', mark('e'))).toEqual([['e']])
  expect(await change('b.nix', mark('b'))).toEqual([['b']])
  // What has a condition is perhaps none: that is asked of all of the definition.
  expect(await change('flag.nix', 'false')).toEqual([['c']])
  expect(await change('f.nix', mark('4'))).toEqual([['c'], ['f']])
  expect(await change('flag.nix', 'true')).toEqual([['c']])
  expect(await change('c.nix', '{ config = { }; }')).toEqual([['c']])
})

test('what cannot be proven is evaluated each time, the others are not', async () => {
  const { build, evaluated } = worldOf('time', '26.11')
  const whole = await build({ cache: false, split: false })
  expect(await build()).toBe(whole)
  evaluated()
  for (let n = 0; n < 2; n++) {
    expect(await build()).toBe(whole)
    expect(evaluated()).toEqual([['c']])
  }
})

test('an error is told after the container it is in', async () => {
  const { build, host } = worldOf('wrong', '26.11')
  const error = (await build().catch((error) => error)) as CommandError
  expect(error).toBeInstanceOf(CommandError)
  const { explain } = await import('../../src/eval/failure.ts')
  const { message } = explain(host, error, 'def.nix', false) as Error
  expect(message).toMatch(/^Evaluating container 'b' failed: /)
  expect(message).toContain('this is wrong')
})
