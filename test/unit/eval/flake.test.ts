import { describe, expect, test } from '@jest/globals'
import { readDefinition } from '../../../src/eval/definition.ts'
import { flakeArguments, readFlake } from '../../../src/eval/flake.ts'
import { UsageError } from '../../../src/host/errors.ts'
import { type Answer, fakeHost } from '../../fake-host.ts'

const disk = {
  '/home/me/plain/flake.nix': '{ }',
  '/home/me/with space/flake.nix': '{ }',
  '/home/me/repo/.git/HEAD': '',
  '/home/me/repo/flake.nix': '{ }',
  '/home/me/repo/a b/flake.nix': '{ }',
}
const host = (git: Answer = {}, cwd = '/home/me') => fakeHost(() => git, { cwd, disk })

describe('REF[#ATTR]', () => {
  test.each<[string, string, string[]]>([
    ['./plain', 'path:/home/me/plain', []],
    ['/home/me/plain#demo', 'path:/home/me/plain', ['demo']],
    ['./with space', 'path:/home/me/with%20space', []],
    ['./repo', 'git+file:///home/me/repo', []],
    ['./repo/a b#x."y.z"', 'git+file:///home/me/repo?dir=a%20b', ['x', 'y.z']],
    ['github:me/containers/main#web', 'github:me/containers/main', ['web']],
    ['nixpkgs', 'nixpkgs', []],
  ])('%s', async (given, ref, attr) => {
    expect(await readFlake(host(), given)).toEqual({ kind: 'flake', ref, attr, origin: `the flake ${given}` })
  })

  test('"." and "#ATTR" are the current folder', async () => {
    const here = host({}, '/home/me/plain')
    expect(await readFlake(here, '.')).toMatchObject({ ref: 'path:/home/me/plain' })
    expect(await readFlake(here, '#demo')).toMatchObject({ ref: 'path:/home/me/plain', attr: ['demo'] })
  })

  test('where there is no git, the whole folder', async () => {
    const without = fakeHost(() => undefined, { cwd: '/home/me', disk })
    expect(await readFlake(without, './repo')).toMatchObject({ ref: 'path:/home/me/repo' })
  })

  test.each([
    ['', 'needs a flake'],
    ['./missing', 'There is no /home/me/missing/flake.nix'],
    ['/home/me', 'There is no /home/me/flake.nix'],
    ['./plain#a..b', '--flake "a..b" is no attribute path'],
  ])('refuses %j', async (given, message) => {
    await expect(readFlake(host(), given)).rejects.toThrow(UsageError)
    await expect(readFlake(host(), given)).rejects.toThrow(message)
  })

  test('refuses what Git does not track', async () => {
    await expect(readFlake(host({ exitCode: 1 }), './repo/a b')).rejects.toThrow('add a b/flake.nix')
  })
})

test('is the only source of the definition', async () => {
  const both = (given: object) => readDefinition(host(), { flake: './plain', ...given }, { stdin: true })
  await expect(both({ expr: '{ }' })).rejects.toThrow('Both --flake and -E')
  await expect(both({ source: 'x.nix' })).rejects.toThrow('Both --flake and x.nix')
  expect(await both({})).toMatchObject({ kind: 'flake' })
})

test('its evaluation reads nothing of the machine but the files that the host base is made of', () => {
  const args = flakeArguments(host(), { kind: 'flake', ref: 'path:/x', attr: ['a'], origin: '' })
  expect(args.join(' ')).toContain('--option restrict-eval true')
  expect(args.filter((_, index) => args[index - 1] === '-I')).toEqual([
    ...['/root-of-the-program/nix', '/usr', '/etc/alternatives', '/var/lib/dpkg'],
  ])
})

describe('EXTRA_CONTAINER_ETC', () => {
  const running = (path: string) =>
    fakeHost(undefined, {
      env: { EXTRA_CONTAINER_ETC: path },
      disk: { '/nix/store/c/etc/systemd/system/x': '', '/home/me/demo.nix': '{ }' },
      readStdin: async () => '{ }',
    })

  test('is the definition where none is given', async () => {
    const built = { kind: 'built', path: '/nix/store/c' }
    expect(await readDefinition(running('/nix/store/c'), {}, { stdin: true })).toEqual(built)
    expect(await readDefinition(running('/nix/store/c'), {}, { stdin: false })).toEqual(built)
  })

  test('what is given goes first', async () => {
    const given = (source: object) => readDefinition(running('/nix/store/c'), source, { stdin: true })
    expect(await given({ source: '/home/me/demo.nix' })).toMatchObject({ kind: 'path' })
    expect(await given({ source: '-' })).toMatchObject({ kind: 'expression' })
    expect(await given({ expr: '{ }' })).toMatchObject({ kind: 'expression' })
  })

  test('that leads nowhere is named', async () => {
    await expect(readDefinition(running('/nix/store/gone'), {}, { stdin: true })).rejects.toThrow('/nix/store/gone/etc')
  })
})
