import { describe, expect, test } from '@jest/globals'
import { type DefinitionSource, readDefinition } from '../../../src/eval/definition.ts'
import { UsageError } from '../../../src/host/errors.ts'
import { fakeHost } from '../../fake-host.ts'

const disk = {
  '/home/me/demo.nix': '{ }',
  '/home/me/project/default.nix': '{ }',
  '/home/me/empty': { directory: true },
  '/nix/store/abc-etc/etc/systemd/system/container@demo.service': '',
  '/home/me/result': { link: '/nix/store/abc-etc' },
} as const
const host = (stdin = '', tty = false) =>
  fakeHost(undefined, {
    cwd: '/home/me',
    disk,
    readStdin: async () => stdin,
    tty: { stdin: tty, stdout: false, stderr: false },
  })

describe('readDefinition', () => {
  test.each<[DefinitionSource, object]>([
    [{ expr: '{ }' }, { kind: 'expression', text: '{ }' }],
    [{ source: 'demo.nix' }, { kind: 'path', path: '/home/me/demo.nix' }],
    [{ source: './demo.nix' }, { kind: 'path', path: '/home/me/demo.nix' }],
    [{ source: '/home/me/project' }, { kind: 'path', path: '/home/me/project' }],
    [{ source: 'result' }, { kind: 'built', path: '/home/me/result' }],
    [{ source: '/nix/store/abc-etc' }, { kind: 'built', path: '/nix/store/abc-etc' }],
    [{ source: '-' }, { kind: 'expression', text: '{ stdin = 1; }', origin: 'standard input' }],
    [{}, { kind: 'expression', text: '{ stdin = 1; }', origin: 'standard input' }],
  ])('%j', async (given, definition) => {
    expect(await readDefinition(host('{ stdin = 1; }'), given, { stdin: true })).toMatchObject(definition)
  })

  test.each<[string, DefinitionSource, string]>([
    ['a missing file', { source: 'missing.nix' }, 'no file missing.nix'],
    ['a folder that holds nothing of use', { source: 'empty' }, 'neither default.nix nor etc/'],
    ['-E without text', { expr: ' ' }, '-E needs'],
    ['both -E and a file', { expr: '{ }', source: 'demo.nix' }, 'Both'],
    ['empty standard input', {}, 'Standard input is empty'],
    ['an empty name', { source: '' }, 'empty'],
  ])('refuses %s', async (_, given, message) => {
    const reading = readDefinition(host(), given, { stdin: true })
    await expect(reading).rejects.toThrow(UsageError)
    await expect(reading).rejects.toThrow(message)
  })

  test('does not wait for a terminal to type a definition', async () => {
    await expect(readDefinition(host('', true), {}, { stdin: true })).rejects.toThrow('No definition is given')
  })

  test('leaves standard input alone for a command that needs it', async () => {
    await expect(readDefinition(host('{ }'), { source: '-' }, { stdin: false })).rejects.toThrow(
      'standard input for itself',
    )
  })

  test('an unreadable file is a fault of the command line', async () => {
    const unreadable = host()
    unreadable.files.read = async () => {
      throw new Error("EACCES: permission denied, open '/home/me/demo.nix'")
    }
    await expect(readDefinition(unreadable, { source: 'demo.nix' }, { stdin: true })).rejects.toThrow(
      'demo.nix cannot be read: EACCES',
    )
  })
})
