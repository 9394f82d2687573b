import { describe, expect, test } from '@jest/globals'
import { changesBetween, contentOf, parsePackage } from '../../../src/container/generation-changes.ts'
import { changeLines, generationsText } from '../../../src/container/generations-text.ts'
import { fakeHost } from '../../fake-host.ts'

const link = (target: string) => ({ link: target })
const units = (system: string) => `/nix/store/${system}/etc/systemd/system`
const changes = async (disk: Record<string, unknown>, references: Record<string, string[]> = {}) => {
  const script = (argv: readonly string[]) => ({ stdout: (references[argv.at(-1) ?? ''] ?? []).join('\n') })
  const host = fakeHost(script, { disk: disk as never })
  const [before, after] = await Promise.all(['1', '2'].map((name) => contentOf(host, undefined, `/nix/store/${name}`)))
  return before && after
    ? changesBetween(before, after).map(({ what, name, how, before, after }) => [what, name, how, before, after])
    : []
}

describe('units', () => {
  test('added, removed, changed; a link into the store stands for its text', async () => {
    const found = await changes({
      [`${units('1')}/same.service`]: link('/nix/store/x-same'),
      [`${units('2')}/same.service`]: link('/nix/store/x-same'),
      [`${units('1')}/changed.service`]: link('/nix/store/x-changed'),
      [`${units('2')}/changed.service`]: link('/nix/store/y-changed'),
      [`${units('1')}/text.service`]: 'one',
      [`${units('2')}/text.service`]: 'two',
      [`${units('1')}/gone.timer`]: 'one',
      [`${units('2')}/new.socket`]: 'one',
    })
    expect(found.map(([what, name, how]) => `${what} ${name} ${how}`)).toEqual([
      'unit changed.service changed',
      'unit gone.timer removed',
      'unit new.socket added',
      'unit text.service changed',
    ])
  })

  test('a drop-in and being wanted by another unit belong to the unit', async () => {
    const both = Object.fromEntries(
      ['1', '2'].flatMap((n) => ['a', 'b', 'c'].map((u) => [`${units(n)}/${u}.service`, u])),
    )
    const found = await changes({
      ...both,
      [`${units('2')}/a.service.d/overrides.conf`]: 'more',
      [`${units('2')}/multi-user.target.wants/b.service`]: link('../b.service'),
    })
    expect(found.map(([, name, how]) => [name, how])).toEqual([
      ['a.service', 'changed'],
      ['b.service', 'changed'],
    ])
  })
})

describe('packages', () => {
  test('of a tree of links in the system', async () => {
    const found = await changes({
      '/nix/store/1/sw/bin/hello': link('/nix/store/aaa-hello-2.10/bin/hello'),
      '/nix/store/1/sw/bin/gone': link('/nix/store/bbb-gone/bin/gone'),
      '/nix/store/1/sw/share/man/man1/same.1': link('/nix/store/ccc-same-1.0/share/man/man1/same.1'),
      '/nix/store/2/sw/share/man/man1/same.1': link('/nix/store/ccc-same-1.0/share/man/man1/same.1'),
      '/nix/store/2/sw/bin/hello': link('/nix/store/ddd-hello-2.12/bin/hello'),
      '/nix/store/2/sw/sbin': link('/nix/store/eee-new-0.1/sbin'),
    })
    expect(found).toEqual([
      ['package', 'gone', 'removed', '', null],
      ['package', 'hello', 'changed', '2.10', '2.12'],
      ['package', 'new', 'added', null, '0.1'],
    ])
  })

  test('of a tree that is a store path of its own, as on the nixpkgs base: what it refers to', async () => {
    const found = await changes(
      {
        '/nix/store/1/sw': link('/nix/store/aaa-system-path'),
        '/nix/store/2/sw': link('/nix/store/bbb-system-path'),
        '/nix/store/aaa-system-path/bin/x': '',
        '/nix/store/bbb-system-path/bin/x': '',
      },
      {
        '/nix/store/aaa-system-path': ['/nix/store/c-git-2.40', '/nix/store/d-git-2.40-man', '/nix/store/e-vim-9'],
        '/nix/store/bbb-system-path': ['/nix/store/f-git-2.41', '/nix/store/g-git-2.41-man', '/nix/store/h-vim-9'],
      },
    )
    expect(found).toEqual([
      ['package', 'git', 'changed', '2.40', '2.41'],
      ['package', 'vim', 'changed', '9', '9'],
    ])
  })

  test.each([
    ['/nix/store/x-hello-2.12.1', 'hello', '2.12.1'],
    ['/nix/store/x-bash-interactive-5.2-p15-man', 'bash-interactive', '5.2-p15'],
    ['/nix/store/x-of-two', 'of-two', ''],
    ['/nix/store/x-gcc-wrapper-13.2', 'gcc-wrapper', '13.2'],
  ])('%s', (path, name, version) => {
    expect(parsePackage(path)).toEqual({ name, version })
  })
})

test('another system with the same units and packages', async () => {
  const found = await changes({ '/nix/store/1/x': '', '/nix/store/2/x': '' })
  expect(found).toEqual([['system', 'other files', 'changed', '/nix/store/1', '/nix/store/2']])
})

test('options of the container, but not that the unit follows the system', async () => {
  const container = (unit: string, conf: string) => ({
    name: 'demo',
    unit: { path: '/nix/store/u', text: unit },
    conf: { path: '/nix/store/c', text: conf },
    settings: new Map(),
  })
  const content = async (unit: string, conf: string) => contentOf(fakeHost(), container(unit, conf), undefined)
  const before = await content(
    '[Unit]\nX-Restart-Triggers=1\n[Service]\nMemoryMax=1G\n',
    'SYSTEM_PATH=1\nAUTO_START=1\n',
  )
  const after = await content('[Unit]\nX-Restart-Triggers=2\n[Service]\nMemoryMax=2G\n', 'SYSTEM_PATH=2\n')
  expect(changesBetween(before, after)).toEqual([
    { what: 'container', name: 'Service.MemoryMax', how: 'changed', before: '1G', after: '2G' },
    { what: 'container', name: 'AUTO_START', how: 'removed', before: '1', after: null },
  ])
})

test('as text', () => {
  const many = Array.from({ length: 12 }, (_, index) => ({
    what: 'unit' as const,
    name: `u${index}.service`,
    how: 'changed' as const,
    before: null,
    after: null,
  }))
  const hello = { what: 'package' as const, name: 'hello', how: 'changed' as const, before: '1', after: '2' }
  expect(changeLines([...many, hello])).toEqual([
    'units changed: u0.service, u1.service, u2.service, u3.service, u4.service, u5.service, u6.service, u7.service, u8.service, u9.service, and 2 more',
    'packages changed: hello 1 -> 2',
  ])
  const text = generationsText({
    path: '/p',
    of: 'container',
    generations: [
      { number: 1, made: 0, current: false, path: '', changes: null },
      { number: 12, made: 86_400_000, current: true, path: '', changes: [hello] },
    ],
  })
  const date = '\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d'
  expect(text).toMatch(
    new RegExp(`^   1   ${date}\n  12   ${date}   \\(current\\)\n {7}packages changed: hello 1 -> 2$`),
  )
})
