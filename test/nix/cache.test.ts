/** Every way in which what an evaluation saw can change: by real evaluations, each observed, changed and looked up again. */
import { execFile, execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { cacheFolder, clearCache, findResult, keepResult } from '../../src/eval/cache.ts'
import { files as realFiles } from '../../src/host/files.ts'
import type { Files, Host } from '../../src/host/host.ts'
import { fakeHost } from '../fake-host.ts'
import { root } from './nix.ts'

interface Case {
  /** What is evaluated: user.nix alone, or as a definition over a copy of the stand-in for nixpkgs. */
  over?: 'nixpkgs'
  /** Files of the definition's folder; `link` and `folder` besides. */
  tree: Record<string, string | { link: string } | 'folder'>
  env?: Record<string, string>
  change(folder: string, env: Record<string, string>): void
  outcome: 'same' | 'evaluated again' | 'not kept'
}

const write = (path: string, text: string) => writeFileSync(path, text)
const at = (name: string, text: string) => (folder: string) => write(join(folder, name), text)
const set = (name: string, value: string) => (_: string, env: Record<string, string>) => {
  env[name] = value
}
const nothing = () => {}
const file = 'import ./x.nix'
const definition = '{ containers.a.config = { }; }'
const nixpkgsOf = (folder: string) => join(folder, 'project/test/nix/fixtures/nixpkgs/26.11')

const cases: Record<string, Case> = {
  'nothing changed': { tree: { 'user.nix': file, 'x.nix': '1' }, change: nothing, outcome: 'same' },
  'the definition changed': { tree: { 'user.nix': '1' }, change: at('user.nix', '2'), outcome: 'evaluated again' },
  'an imported file changed': {
    tree: { 'user.nix': file, 'x.nix': '1' },
    change: at('x.nix', '2'),
    outcome: 'evaluated again',
  },
  'a file three imports away changed': {
    tree: { 'user.nix': file, 'x.nix': 'import ./y.nix', 'y.nix': 'import ./d', 'd/default.nix': '1' },
    change: at('d/default.nix', '2'),
    outcome: 'evaluated again',
  },
  'a file that was read changed': {
    tree: { 'user.nix': 'builtins.readFile ./x', x: '1' },
    change: at('x', '2'),
    outcome: 'evaluated again',
  },
  'it was read by a name that is put together': {
    tree: { 'user.nix': 'builtins.readFile (./. + ("/" + "x"))', x: '1' },
    change: at('x', '2'),
    outcome: 'evaluated again',
  },
  'a file appeared in a folder that was listed': {
    tree: { 'user.nix': 'builtins.readDir ./d', 'd/a': '' },
    change: at('d/b', ''),
    outcome: 'evaluated again',
  },
  'a file vanished from a folder that was listed': {
    tree: { 'user.nix': 'builtins.readDir ./d', 'd/a': '', 'd/b': '' },
    change: (folder) => unlinkSync(join(folder, 'd/b')),
    outcome: 'evaluated again',
  },
  'a file in a folder that was listed changed its content': {
    tree: { 'user.nix': 'builtins.readDir ./d', 'd/a': '1' },
    change: at('d/a', '2'),
    outcome: 'same',
  },
  'a file that was asked for appeared': {
    tree: { 'user.nix': 'builtins.pathExists ./x' },
    change: at('x', ''),
    outcome: 'evaluated again',
  },
  'a file in a missing folder was asked for, and the folder appeared': {
    tree: { 'user.nix': 'builtins.pathExists ./d/x' },
    change: (folder) => {
      mkdirSync(join(folder, 'd'))
      write(join(folder, 'd/x'), '')
    },
    outcome: 'evaluated again',
  },
  'a file that was asked for vanished': {
    tree: { 'user.nix': 'builtins.pathExists ./x', x: '' },
    change: (folder) => unlinkSync(join(folder, 'x')),
    outcome: 'evaluated again',
  },
  'a file that was only asked for changed its content': {
    tree: { 'user.nix': 'builtins.pathExists ./x', x: '1' },
    change: at('x', '2'),
    outcome: 'same',
  },
  'a file became a folder': {
    tree: { 'user.nix': 'builtins.pathExists ./x', x: '1' },
    change: (folder) => {
      unlinkSync(join(folder, 'x'))
      mkdirSync(join(folder, 'x'))
    },
    outcome: 'evaluated again',
  },
  'a variable changed': {
    tree: { 'user.nix': 'builtins.getEnv "EC_TEST"' },
    env: { EC_TEST: '1' },
    change: set('EC_TEST', '2'),
    outcome: 'evaluated again',
  },
  'a variable was set': {
    tree: { 'user.nix': 'builtins.getEnv "EC_TEST"' },
    change: set('EC_TEST', ''),
    outcome: 'evaluated again',
  },
  'a variable was unset': {
    tree: { 'user.nix': 'builtins.getEnv "EC_TEST"' },
    env: { EC_TEST: '1' },
    change: (_, env) => void delete env.EC_TEST,
    outcome: 'evaluated again',
  },
  'a variable changed that nothing asked for': {
    tree: { 'user.nix': '1' },
    env: { EC_TEST: '1' },
    change: set('EC_TEST', '2'),
    outcome: 'same',
  },
  'NIX_PATH changed': {
    tree: { 'user.nix': 'import <test/x.nix>', 'a/x.nix': '1' },
    env: { NIX_PATH: 'test=@/a' },
    change: (_, env) => {
      env.NIX_PATH = `${env.NIX_PATH}:other=/`
    },
    outcome: 'evaluated again',
  },
  'a file appeared in an earlier folder of NIX_PATH': {
    tree: { 'user.nix': 'import <x.nix>', 'b/x.nix': '1', a: 'folder' },
    env: { NIX_PATH: '@/a:@/b' },
    change: at('a/x.nix', '2'),
    outcome: 'evaluated again',
  },
  'a link was turned to another file': {
    tree: { 'user.nix': file, 'x.nix': { link: 'a.nix' }, 'a.nix': '1', 'b.nix': '2' },
    change: (folder) => {
      unlinkSync(join(folder, 'x.nix'))
      symlinkSync('b.nix', join(folder, 'x.nix'))
    },
    outcome: 'evaluated again',
  },
  'a linked folder on the way was turned to another': {
    tree: { 'user.nix': 'import ./d/x.nix', d: { link: 'a' }, 'a/x.nix': '1', 'b/x.nix': '2' },
    change: (folder) => {
      unlinkSync(join(folder, 'd'))
      symlinkSync('b', join(folder, 'd'))
    },
    outcome: 'evaluated again',
  },
  'a linked folder on the way of readFile was turned to another': {
    tree: { 'user.nix': 'builtins.readFile ./d/x', d: { link: 'a' }, 'a/x': '1', 'b/x': '1' },
    change: (folder) => {
      unlinkSync(join(folder, 'd'))
      symlinkSync('b', join(folder, 'd'))
    },
    outcome: 'evaluated again',
  },
  'the content changed, and the time of change was set back': {
    tree: { 'user.nix': file, 'x.nix': '1' },
    change: (folder) => {
      const { atime, mtime } = statSync(join(folder, 'x.nix'))
      write(join(folder, 'x.nix'), '2')
      utimesSync(join(folder, 'x.nix'), atime, mtime)
    },
    outcome: 'evaluated again',
  },
  'the time of change was set, and the content kept': {
    tree: { 'user.nix': file, 'x.nix': '1' },
    change: (folder) => utimesSync(join(folder, 'x.nix'), 1, 1),
    outcome: 'evaluated again',
  },
  'the file was replaced by another of the same size and time': {
    tree: { 'user.nix': file, 'x.nix': '1', 'y.nix': '2' },
    change: (folder) => {
      const { atime, mtime } = statSync(join(folder, 'x.nix'))
      utimesSync(join(folder, 'y.nix'), atime, mtime)
      renameSync(join(folder, 'y.nix'), join(folder, 'x.nix'))
    },
    outcome: 'evaluated again',
  },
  'the folder of the definition was replaced by another': {
    tree: { 'user.nix': 'import ./d/x.nix', 'd/x.nix': '1', 'e/x.nix': '2' },
    change: (folder) => {
      renameSync(join(folder, 'd'), join(folder, 'f'))
      renameSync(join(folder, 'e'), join(folder, 'd'))
    },
    outcome: 'evaluated again',
  },
  'a file that is copied to the store changed': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': '"${./x}"', x: '1' },
    change: at('x', '2'),
    outcome: 'evaluated again',
  },
  'a file deep in a folder that is copied to the store changed': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': '"${./d}"', 'd/e/f': '1' },
    change: at('d/e/f', '2'),
    outcome: 'evaluated again',
  },
  'a file appeared deep in a folder that is copied to the store': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': '"${./d}"', 'd/e/f': '1' },
    change: at('d/e/g', '2'),
    outcome: 'evaluated again',
  },
  'a file that is copied to the store became a program': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': '"${./d}"', 'd/f': '1' },
    change: (folder) => chmodSync(join(folder, 'd/f'), 0o755),
    outcome: 'evaluated again',
  },
  'a link in a folder that is copied to the store was turned': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': '"${./d}"', 'd/f': { link: 'a' } },
    change: (folder) => {
      unlinkSync(join(folder, 'd/f'))
      symlinkSync('b', join(folder, 'd/f'))
    },
    outcome: 'evaluated again',
  },
  'a file changed that a filter let through': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': '"${builtins.filterSource (p: t: baseNameOf p != "b") ./d}"', 'd/a': '1', 'd/b': '1' },
    change: at('d/a', '2'),
    outcome: 'evaluated again',
  },
  'a file that was hashed changed': {
    tree: { 'user.nix': 'builtins.hashFile "sha256" ./x', x: '1' },
    change: at('x', '2'),
    outcome: 'evaluated again',
  },
  'settings of Nix appeared': {
    tree: { 'user.nix': '1', home: 'folder' },
    env: { HOME: '@/home', XDG_CONFIG_HOME: '@/home/.config' },
    change: (folder) => {
      mkdirSync(join(folder, 'home/.config/nix'), { recursive: true })
      write(join(folder, 'home/.config/nix/nix.conf'), '')
    },
    outcome: 'evaluated again',
  },
  'settings of Nix changed': {
    tree: { 'user.nix': '1', 'home/.config/nix/nix.conf': 'cores = 1' },
    env: { HOME: '@/home', XDG_CONFIG_HOME: '@/home/.config' },
    change: at('home/.config/nix/nix.conf', 'cores = 2'),
    outcome: 'evaluated again',
  },
  'the settings in NIX_CONFIG changed': {
    tree: { 'user.nix': '1' },
    env: { NIX_CONFIG: 'cores = 1' },
    change: set('NIX_CONFIG', 'cores = 2'),
    outcome: 'evaluated again',
  },
  'it asks for the time': { tree: { 'user.nix': 'builtins.currentTime' }, change: nothing, outcome: 'not kept' },
  'an imported file asks for the time': {
    tree: { 'user.nix': file, 'x.nix': 'with builtins; currentTime' },
    change: nothing,
    outcome: 'not kept',
  },
  'an imported file without a suffix asks for the time': {
    tree: { 'user.nix': 'import ./x', x: 'builtins.currentTime' },
    change: nothing,
    outcome: 'not kept',
  },
  'it may ask for the time by another name': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': 'builtins.${"current" + "Time"}' },
    change: nothing,
    outcome: 'not kept',
  },
  'it hands all of builtins on': {
    tree: { 'user.nix': '(b: b.nixVersion) builtins' },
    change: nothing,
    outcome: 'not kept',
  },
  'it takes single functions of builtins': {
    tree: { 'user.nix': 'let inherit (builtins) length; in length (builtins.attrNames { a = 1; })' },
    change: nothing,
    outcome: 'same',
  },
  'it reads a file of the kernel': {
    tree: { 'user.nix': 'builtins.stringLength (builtins.readFile "/proc/uptime")' },
    change: nothing,
    outcome: 'not kept',
  },
  'it downloads something': {
    tree: { 'user.nix': 'builtins.readFile (builtins.fetchurl "file://@/x")', x: '1', cache: 'folder' },
    env: { XDG_CACHE_HOME: '@/cache', HOME: '@' },
    change: at('x', '2'),
    outcome: 'not kept',
  },
  'a file that was only asked for changed while it was evaluated': {
    tree: { 'user.nix': 'builtins.pathExists ./x', x: '1' },
    change: nothing,
    env: { EC_TEST_TOUCH: 'x' },
    outcome: 'same',
  },
  'a file of <pwd/...> changed': {
    tree: { 'user.nix': 'import <pwd/x.nix>', 'x.nix': '1' },
    change: at('x.nix', '2'),
    outcome: 'evaluated again',
  },
  'a file of <pwd/...> went': {
    tree: { 'user.nix': 'builtins.tryEval (import <pwd/x.nix>)', 'x.nix': '1' },
    change: (folder) => unlinkSync(join(folder, 'x.nix')),
    outcome: 'evaluated again',
  },
  'a file of NIX_PATH comes before that of <pwd/...>': {
    tree: { 'user.nix': 'import <pwd/x.nix>', 'x.nix': '1' },
    env: { NIX_PATH: 'other=@' },
    change: set('NIX_PATH', 'pwd=/'),
    outcome: 'evaluated again',
  },
  'a link on the way that led nowhere leads somewhere': {
    tree: { 'user.nix': 'builtins.pathExists ./d/x', d: { link: 'e' } },
    change: (folder) => {
      mkdirSync(join(folder, 'e'))
      write(join(folder, 'e/x'), '')
    },
    outcome: 'evaluated again',
  },
  'the file at the end of several links changed': {
    tree: { 'user.nix': 'builtins.readFile ./x', x: { link: 'y' }, y: { link: 'd/z' }, 'd/z': '1' },
    change: at('d/z', '2'),
    outcome: 'evaluated again',
  },
  'the link in the middle of several was turned': {
    tree: { 'user.nix': 'builtins.readFile ./x', x: { link: 'y' }, y: { link: 'd/z' }, 'd/z': '1', 'd/a': '2' },
    change: (folder) => {
      unlinkSync(join(folder, 'y'))
      symlinkSync('d/a', join(folder, 'y'))
    },
    outcome: 'evaluated again',
  },
  'a file of a folder that was taken by builtins.path changed': {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    tree: { 'user.nix': '"${builtins.path { path = ./d; name = "x"; }}"', 'd/a': '1' },
    change: at('d/a', '2'),
    outcome: 'evaluated again',
  },
  'the home folder is another': {
    tree: { 'user.nix': 'builtins.getEnv "HOME"' },
    change: set('HOME', '/nowhere'),
    outcome: 'evaluated again',
  },
  'a file that the settings of Nix include changed': {
    tree: {
      'user.nix': '1',
      'home/.config/nix/nix.conf': '!include more.conf',
      'home/.config/nix/more.conf': 'cores = 1',
    },
    env: { HOME: '@/home', XDG_CONFIG_HOME: '@/home/.config' },
    change: at('home/.config/nix/more.conf', 'cores = 2'),
    outcome: 'evaluated again',
  },
  'the settings of Nix are in another folder': {
    tree: { 'user.nix': '1', 'conf/nix.conf': 'cores = 1' },
    change: (folder, env) => {
      env.NIX_CONF_DIR = join(folder, 'conf')
    },
    outcome: 'evaluated again',
  },
  'the store is that of a daemon': {
    tree: { 'user.nix': '1' },
    change: set('NIX_REMOTE', 'daemon'),
    outcome: 'evaluated again',
  },
  'an empty folder that was listed is another empty one': {
    tree: { 'user.nix': 'builtins.readDir ./d', d: 'folder', e: 'folder' },
    change: (folder) => {
      renameSync(join(folder, 'd'), join(folder, 'f'))
      renameSync(join(folder, 'e'), join(folder, 'd'))
    },
    outcome: 'evaluated again',
  },
  'nixpkgs: nothing changed': { over: 'nixpkgs', tree: { 'user.nix': definition }, change: nothing, outcome: 'same' },
  'nixpkgs: a file that the definition imports changed': {
    over: 'nixpkgs',
    tree: { 'user.nix': '{ imports = [ ./a.nix ]; }', 'a.nix': 'import ./b.nix', 'b.nix': definition },
    change: at('b.nix', `${definition} `),
    outcome: 'evaluated again',
  },
  'nixpkgs: a file that the container reads changed': {
    over: 'nixpkgs',
    tree: { 'user.nix': '{ containers.a.config.environment.etc.x.text = builtins.readFile ./x; }', x: '1' },
    change: at('x', '2'),
    outcome: 'evaluated again',
  },
  'nixpkgs: its module for containers changed': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    change: (folder) =>
      appendFileSync(join(nixpkgsOf(folder), 'nixos/modules/virtualisation/nixos-containers.nix'), '\n'),
    outcome: 'evaluated again',
  },
  'nixpkgs: its version changed': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    change: (folder) => write(join(nixpkgsOf(folder), '.version'), '27.05'),
    outcome: 'evaluated again',
  },
  'nixpkgs: a file appeared that it would have read': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    change: (folder) => write(join(nixpkgsOf(folder), 'lib/minver.nix'), '"2.2"'),
    outcome: 'evaluated again',
  },
  'nixpkgs: a file appeared that nothing asks for': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    change: (folder) => write(join(nixpkgsOf(folder), 'README.md'), ''),
    outcome: 'same',
  },
  'nixpkgs: another commit was checked out': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    // As git does: each file that differs is made anew.
    change: (folder) => {
      const path = join(nixpkgsOf(folder), 'default.nix')
      const text = readFileSync(path, 'utf8')
      unlinkSync(path)
      write(path, text)
    },
    outcome: 'evaluated again',
  },
  'nixpkgs: a channel was updated': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition, 'project/test/nix/fixtures/nixpkgs/channel': { link: '26.11' } },
    env: { EC_TEST_NIXPKGS: '@/project/test/nix/fixtures/nixpkgs/channel' },
    change: (folder) => {
      unlinkSync(join(folder, 'project/test/nix/fixtures/nixpkgs/channel'))
      symlinkSync('20.09', join(folder, 'project/test/nix/fixtures/nixpkgs/channel'))
    },
    outcome: 'evaluated again',
  },
  'nixpkgs: NIX_PATH names another': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    env: { EC_TEST_NIXPKGS: '', NIX_PATH: 'nixpkgs=@/project/test/nix/fixtures/nixpkgs/26.11' },
    change: (_, env) => {
      env.NIX_PATH = (env.NIX_PATH ?? '').replace('26.11', '20.09')
    },
    outcome: 'evaluated again',
  },
  'nixpkgs: where NIX_PATH had none there is one': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    env: { EC_TEST_NIXPKGS: '', NIX_PATH: 'nixpkgs=@/later' },
    change: (folder) => symlinkSync('project/test/nix/fixtures/nixpkgs/26.11', join(folder, 'later')),
    outcome: 'evaluated again',
  },
  'nixpkgs: overlays of the home folder appeared': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition, home: 'folder' },
    env: { HOME: '@/home' },
    change: (folder) => {
      mkdirSync(join(folder, 'home/.config/nixpkgs/overlays'), { recursive: true })
      write(join(folder, 'home/.config/nixpkgs/overlays/x.nix'), '_: _: { }')
    },
    outcome: 'same',
  },
  'nixpkgs: this program changed': {
    over: 'nixpkgs',
    tree: { 'user.nix': definition },
    change: (folder) => appendFileSync(join(folder, 'project/nix/bases/nixpkgs/default.nix'), '\n'),
    outcome: 'evaluated again',
  },
  'nixpkgs: the definition asks for the time': {
    over: 'nixpkgs',
    tree: { 'user.nix': '{ containers.a.config.environment.etc.x.text = toString builtins.currentTime; }' },
    change: nothing,
    outcome: 'not kept',
  },
  'a file changed while it was evaluated': {
    tree: { 'user.nix': file, 'x.nix': '1' },
    change: nothing,
    env: { EC_TEST_TOUCH: 'x.nix' },
    outcome: 'not kept',
  },
}

const base = mkdtempSync(join(tmpdir(), 'extra-container-test-'))
const folders = new Map(Object.keys(cases).map((name, index) => [name, join(base, String(index))]))

beforeAll(async () => {
  expect(existsSync(`${root}/dist/reads.so`)).toBe(true)
  for (const [name, { tree, over }] of Object.entries(cases)) {
    const folder = folders.get(name) ?? ''
    if (over) {
      for (const part of ['nix', 'test/nix/fixtures/nixpkgs']) {
        cpSync(join(root, part), join(folder, 'project', part), { recursive: true })
      }
    }
    // The program's own entry is how it is told that the object works.
    const whole: Case['tree'] = over ? tree : { 'own/eval-config.nix': 'import ../user.nix', ...tree }
    for (const [path, content] of Object.entries(whole)) {
      mkdirSync(join(folder, content === 'folder' ? path : dirname(path)), { recursive: true })
      if (content === 'folder') continue
      if (typeof content === 'string') write(join(folder, path), content.replaceAll('@', folder))
      else symlinkSync(content.link, join(folder, path))
    }
  }
  // Files that changed just before are not trusted.
  await sleep(2100)
})
afterAll(() => rmSync(base, { recursive: true }))

/** The real files, with the cache in a folder of the test. */
function hostIn(folder: string, env: Record<string, string>): Host {
  const moved = (path: string) => path.replace(cacheFolder, join(folder, 'kept'))
  const own: Files = {
    ...realFiles,
    read: (path) => realFiles.read(moved(path)),
    write: (path, text, mode) => realFiles.write(moved(path), text, mode),
    list: (path) => realFiles.list(moved(path)),
    makeDirectory: (path, mode) => realFiles.makeDirectory(moved(path), mode),
    removeFile: (path) => realFiles.removeFile(moved(path)),
    look: (asked) => realFiles.look(asked.map((one) => ({ ...one, path: moved(one.path) }))),
  }
  return { ...fakeHost(), files: own, env }
}

async function evaluate(host: Host, folder: string): Promise<string> {
  const records = `${folder}.records`
  write(records, '')
  const loaded = { LD_PRELOAD: `${root}/dist/reads.so`, EXTRA_CONTAINER_READS: records }
  const env: NodeJS.ProcessEnv = { ...host.env, ...loaded }
  const began = Date.now()
  const project = join(folder, 'project/nix')
  const own = existsSync(project) ? project : join(folder, 'own')
  const nixpkgs = env.EC_TEST_NIXPKGS ?? nixpkgsOf(folder)
  const call = [
    ...['-A', 'files', '--arg', 'definition', join(folder, 'user.nix')],
    ...(nixpkgs === '' ? [] : ['--arg', 'nixpkgs', nixpkgs]),
    ...['--argstr', 'facts', JSON.stringify({ base: 'auto', system: 'x86_64-linux' })],
  ]
  const args = [
    ...['--eval', '--strict', '--json', '--read-write-mode', '--option', 'substitute', 'false', '-I', `pwd=${folder}`],
    ...[join(own, 'eval-config.nix'), ...(own === project ? call : [])],
  ]
  const { stdout } = await promisify(execFile)('nix-instantiate', args, { env })
  if (host.env.EC_TEST_TOUCH) appendFileSync(join(folder, host.env.EC_TEST_TOUCH), ' ')
  await keepResult(host, 'key', {
    result: stdout.trim(),
    printed: '',
    began,
    texts: [],
    records: readFileSync(records, 'utf8'),
    ownVariables: Object.keys(loaded),
    trusted: own,
  })
  return stdout.trim()
}

function setUp(name: string) {
  const { env = {}, ...rest } = cases[name] as Case
  const folder = folders.get(name) ?? ''
  const given = Object.entries(env).map(([key, value]) => [key, value.replaceAll('@', folder)])
  const all: Record<string, string> = { PATH: process.env.PATH ?? '', HOME: folder, ...Object.fromEntries(given) }
  return { ...rest, folder, env: all, host: hostIn(folder, all) }
}

test.each(Object.keys(cases))('%s', async (name) => {
  const { folder, env, host, change, outcome } = setUp(name)
  const result = await evaluate(host, folder)
  const kept = await findResult(host, 'key')
  if (outcome === 'not kept') {
    expect(kept).toBeUndefined()
    return
  }
  expect(kept?.result).toBe(result)
  change(folder, env)
  const again = await findResult(host, 'key')
  expect(again?.result).toBe(outcome === 'same' ? result : undefined)
})

test('the result is told before it is compared what it was made from', async () => {
  const [name = ''] = Object.keys(cases)
  const { folder, host } = setUp(name)
  const result = await evaluate(host, folder)
  const order: string[] = []
  const files = {
    ...host.files,
    look: (asked: Parameters<typeof host.files.look>[0]) => {
      order.push('compare')
      return host.files.look(asked)
    },
  }
  const kept = await findResult({ ...host, files }, 'key', async (told) => void order.push(told))
  expect(kept?.result).toBe(result)
  expect([order[0], order[1]]).toEqual([result, 'compare'])
})

describe('what is kept', () => {
  const prepare = async () => {
    const { host, folder } = setUp('nothing changed')
    await evaluate(host, folder)
    return { host, path: join(folder, 'kept/key.json') }
  }
  test('is for root alone, since it names what was read', async () => {
    const { path } = await prepare()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700)
  })
  test.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of another shape', () => '{"result": 1}'],
    ['null', () => 'null'],
  ])('is not used where the file is %s', async (_, spoil) => {
    const { host, path } = await prepare()
    write(path, spoil(readFileSync(path, 'utf8')))
    expect(await findResult(host, 'key')).toBeUndefined()
  })
  test('is whole where two runs keep it at once, and where one of them is killed', async () => {
    const { host, folder } = setUp('nothing changed')
    const results = await Promise.all([1, 2, 3, 4].map(() => evaluate(host, folder)))
    expect((await findResult(host, 'key'))?.result).toBe(results[0])
    // What a run that was killed leaves: a list that ends somewhere.
    const records = readFileSync(`${folder}.records`, 'utf8')
    const cut = records.slice(0, records.indexOf('eval-config.nix'))
    const killed = {
      result: '"half"',
      printed: '',
      began: Date.now(),
      texts: [],
      ownVariables: [],
      trusted: join(folder, 'own'),
    }
    await keepResult(host, 'killed', { ...killed, records: cut })
    expect(await findResult(host, 'killed')).toBeUndefined()
  })
  test('is bounded in number', async () => {
    const { host, path } = await prepare()
    for (let n = 0; n < 230; n++) write(join(dirname(path), `${n}.json`), '{}')
    const { host: again, folder } = setUp('nothing changed')
    await evaluate(again, folder)
    expect(await host.files.list(cacheFolder)).toHaveLength(200)
    expect(await clearCache(host)).toBe(200)
    expect(await host.files.list(cacheFolder)).toEqual([])
  })
})

test('the object sees every file that the kernel is asked for', () => {
  const { folder, env } = setUp('a file deep in a folder that is copied to the store changed')
  const log = `${folder}.records`
  write(log, '')
  const args = ['--eval', '--strict', '--read-write-mode', join(folder, 'own/eval-config.nix')]
  const observed = { ...env, LD_PRELOAD: `${root}/dist/reads.so`, EXTRA_CONTAINER_READS: log }
  execFileSync('nix-instantiate', args, { env: observed, stdio: 'pipe' })
  const seen = new Set(readFileSync(log, 'utf8').split('\0'))
  for (const path of ['user.nix', 'd/e/f', 'own/eval-config.nix']) expect(seen).toContain(`r${join(folder, path)}`)
  for (const path of ['d', 'd/e']) expect(seen).toContain(`d${join(folder, path)}`)
})
