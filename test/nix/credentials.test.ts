import { describe, expect, test } from '@jest/globals'
import { confOf, errorOf, filesOf, settings, unitOf } from './evaluate.ts'

const container = (credentials: string) =>
  `{ containers.demo = { config = { }; extra.credentials = { ${credentials} }; }; }`
const flags = (credentials: string) => /^EXTRA_NSPAWN_FLAGS="?(.*?)"?$/m.exec(confOf(container(credentials)))?.[1]

test('file: systemd loads it for the unit, and systemd-nspawn from the unit', () => {
  const definition = 'token.file = "/etc/secrets/50% of it";'
  expect(settings(unitOf(container(definition)), 'LoadCredential')).toEqual(['token:/etc/secrets/50%% of it'])
  expect(settings(unitOf(container(definition)), 'ExecStartPre')).toEqual([
    expect.stringMatching(/ "check" "containers\.demo\.extra\.credentials\.token\.file" "\/etc\/secrets\/50%% of it"$/),
  ])
  expect(flags(definition)).toBe('--load-credential=token:token')
})

test('command: runs before the start, in a folder of the unit', () => {
  const definition = 'token.command = [ "pass" "a b" "$HOME" "50%" ];'
  const unit = unitOf(container(definition))
  const file = '/run/credentials/container@demo/token'
  expect(settings(unit, 'ExecStartPre')).toEqual([
    expect.stringMatching(
      /^\/bin\/bash \S+-container-credential "keep" "\/run\S+ "token" "pass" "a b" "\$\$HOME" "50%%"$/,
    ),
  ])
  expect(unit).toContain(` "${file}" `)
  expect(settings(unit, 'RuntimeDirectory')).toEqual(['credentials/container@demo'])
  expect(settings(unit, 'RuntimeDirectoryMode')).toEqual(['0700'])
  expect(flags(definition)).toBe(`--load-credential=token:${file}`)
})

test('encrypted: a text in the unit, or a file', () => {
  const unit = unitOf(container('a.encrypted = "\n  AB+/\n  cd==\n"; b.encrypted = "/etc/b.cred";'))
  expect(settings(unit, 'SetCredentialEncrypted')).toEqual(['a:AB+/cd=='])
  expect(settings(unit, 'LoadCredentialEncrypted')).toEqual(['b:/etc/b.cred'])
  expect(flags('a.encrypted = "AB";')).toBe('--load-credential=a:a')
})

test('the program knows which files must be there', () => {
  const text = filesOf(container('a.file = "/a"; b.encrypted = "/b"; c.encrypted = "AB"; d.command = [ "d" ];'))[
    'etc/extra-container/demo.json'
  ]?.text
  expect(JSON.parse(text ?? '').credentials).toEqual([
    { name: 'a', option: 'containers.demo.extra.credentials.a.file', path: '/a' },
    { name: 'b', option: 'containers.demo.extra.credentials.b.encrypted', path: '/b' },
  ])
})

test('nothing without it', () => {
  expect(unitOf(container(''))).not.toMatch(/credential/i)
  expect(flags('')).toBe('')
})

test('the name of the container that is installed, where it is another', () => {
  const files = filesOf(container('a.command = [ "x" ];'), `facts = ''{"rename":{"demo":"demo-1"}}'';`)
  const unit = files['etc/systemd/system/container@demo-1.service']?.text ?? ''
  expect(settings(unit, 'RuntimeDirectory')).toEqual(['credentials/container@demo-1'])
})

test('the nspawn kind has the same', () => {
  const files = filesOf(`{ nixos-nspawn.containers.demo = {
    config = { }; extra.credentials = { a.file = "/a"; b.command = [ "x" ]; };
  }; }`)
  const unit = files['etc/systemd/system/container@demo.service']?.text ?? ''
  expect(settings(unit, 'LoadCredential')).toEqual(['a:/a'])
  expect(unit).toContain(
    'Environment="EXTRA_NSPAWN_FLAGS=--load-credential=a:a --load-credential=b:/run/credentials/container@demo/b"\n',
  )
  expect(JSON.parse(files['etc/extra-container/demo.json']?.text ?? '').credentials).toEqual([
    { name: 'a', option: 'virtualisation.nspawn.containers.demo.extra.credentials.a.file', path: '/a' },
  ])
})

describe('errors of the definition', () => {
  const option = 'containers.demo.extra.credentials'

  test.each([
    ['a = { };', `${option}.a has no value. Set one of ${option}.a.file, .command or .encrypted.`],
    [
      'a = { file = "/a"; encrypted = "AB"; };',
      `${option}.a sets file and encrypted. Set exactly one of file, command, encrypted.`,
    ],
    ['a.file = "secret";', `${option}.a.file is "secret": a path begins with '/'`],
    ['a.file = "/etc/../secret";', `${option}.a.file is "/etc/../secret": a path begins with '/'`],
    ['a.file = "/secret ";', `${option}.a.file is "/secret ": a path begins with '/'`],
    [`a.file = "\${builtins.toFile "secret" "x"}";`, 'every user can read what is in the Nix store'],
    ['a.command = [ ];', `${option}.a.command names no program.`],
    ['a.encrypted = "no base 64!";', `${option}.a.encrypted is neither the path of a file nor`],
    ['"a b".file = "/a";', `${option}."a b": the name of a credential has`],
    ['"..".file = "/a";', 'the name of a credential has'],
    ['a.file = ./secret;', `${option}.a.file`],
  ])('%s', (definition, message) => {
    expect(errorOf(container(definition))).toContain(message)
  })
})
