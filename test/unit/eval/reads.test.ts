import { describe, expect, test } from '@jest/globals'
import { mayAskForMore, parseReads } from '../../../src/eval/reads.ts'

const records = (...all: string[]) => all.map((record) => `${record}\0`).join('')

describe('what an evaluation saw', () => {
  test('is every path once, with what of it was seen, and every variable', () => {
    expect(parseReads(records('r/a', 'r/a', 'd/b', 'm/c', 's/a', 'eHOME', 'eHOME'))).toEqual({
      paths: [
        { path: '/a', aspect: 'content', there: true, temporary: false },
        { path: '/b', aspect: 'content', there: true, temporary: false },
        { path: '/c', aspect: 'own-kind', there: false, temporary: false },
        { path: '/a', aspect: 'own-kind', there: true, temporary: false },
      ],
      stored: [],
      variables: ['HOME'],
    })
  })
  test('has paths with newlines', () => expect(parseReads(records('r/a\nb'))?.paths[0]?.path).toBe('/a\nb'))
  test("leaves Nix's own files out", () => {
    const own = ['r/nix/store/x/y', 's/nix/var/nix/db/db.sqlite', 'r/proc/self/ns/mnt']
    expect(parseReads(records(...own))?.paths).toEqual([])
  })
  test('tells what Nix makes and removes again, for which it opens the folder above', () => {
    const own = parseReads(records('r/tmp/nix-build-7-0', 'r/tmp', 's/tmp/nix-build-x.drv-0/y'))?.paths
    expect(own?.map(({ path, temporary }) => [path, temporary])).toEqual([
      ['/tmp/nix-build-7-0', true],
      ['/tmp/nix-build-x.drv-0/y', true],
    ])
    expect(parseReads(records('r/tmp'))?.paths).toHaveLength(1)
  })
  test('keeps profiles', () => expect(parseReads(records('s/nix/var/nix/profiles/x'))?.paths).toHaveLength(1))
  test.each(['n', 'x/a', 'r/proc/uptime', 'r/sys/class/net', 'rrelative', 'r/root/.cache/nix/tarballs', '?/a'])(
    'cannot be compared with %j among it',
    (record) => expect(parseReads(records('r/a', record))).toBeUndefined(),
  )
})

describe('Nix text that', () => {
  test.each([
    '{ containers.demo.config = { }; }',
    'builtins.toJSON 1',
    'let inherit (builtins) map; in map',
    'with builtins; attrNames { }',
    'builtins ? path',
  ])('cannot ask for the time or for files of the kernel: %s', (text) => expect(mayAskForMore(text)).toBe(false))
  test.each([
    'builtins.currentTime',
    'builtins.readFile "/proc/mounts"',
    '__currentTime',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Nix text
    'builtins.${"current" + "Time"}',
    'let b = builtins; in b',
    '__getAttr "x" { }',
    'inherit builtins;',
  ])('may: %s', (text) => expect(mayAskForMore(text)).toBe(true))
})
