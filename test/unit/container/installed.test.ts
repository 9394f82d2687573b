import { describe, expect, test } from '@jest/globals'
import { listInstalled, readInstalled, refuseForeign } from '../../../src/container/installed.ts'
import { OperationError } from '../../../src/host/errors.ts'
import { fakeHost } from '../../fake-host.ts'

const unit = '/etc/systemd-mutable/system/container@demo.service'
const conf = '/etc/nixos-containers/demo.conf'
const unitRoot = '/nix/var/nix/gcroots/auto/extra-container-demo'
const confRoot = `${unitRoot}.conf`
const stored = {
  '/nix/store/u/container@demo.service': '[Unit]\n',
  '/nix/store/c/demo.conf': 'SYSTEM_PATH=/nix/store/s\n',
}
const link = (to: string) => ({ link: to })
const toUnit = link('/nix/store/u/container@demo.service')
const toConf = link('/nix/store/c/demo.conf')

const packaged = '/usr/lib/systemd/system/container@demo.service'
const local = '/usr/local/lib/systemd/system'
const complete = { [unit]: toUnit, [conf]: toConf, [unitRoot]: link(unit), [confRoot]: link(conf) }

const hosts = {
  empty: {},
  'state folder only': { '/var/lib/nixos-containers/demo/etc/hostname': 'demo' },
  complete,
  'only the gcroots': { [unitRoot]: link(unit), [confRoot]: link(conf) },
  'no unit': { [conf]: toConf, [unitRoot]: link(unit), [confRoot]: link(conf) },
  'one gcroot': { [unit]: toUnit, [conf]: toConf, [confRoot]: link(conf) },
  'declared by the host': { [conf]: link('/etc/static/nixos-containers/demo.conf') },
  'declared by the host, with old gcroots of ours': {
    [conf]: link('/etc/static/nixos-containers/demo.conf'),
    [unitRoot]: link(unit),
    [confRoot]: link(conf),
  },
  'made by nixos-container': { [conf]: 'PRIVATE_NETWORK=1\n' },
  'a plain unit': { [unit]: '[Unit]\n', [conf]: toConf, [unitRoot]: link(unit), [confRoot]: link(conf) },
  'a unit that links elsewhere': { [unit]: link('/home/me/x.service'), [unitRoot]: link(unit) },
  'links without gcroots': { [unit]: toUnit, [conf]: toConf },
  'a unit in /etc/systemd/system': { '/etc/systemd/system/container@demo.service': '[Unit]\n' },
  "another tool's gcroot": { [unitRoot]: link('/opt/tool/container@demo.service') },
  'made by the bash tool': { [packaged]: toUnit, [conf]: toConf, [unitRoot]: link(packaged), [confRoot]: link(conf) },
  'made by the bash tool, unit gone': { [conf]: toConf, [unitRoot]: link(packaged), [confRoot]: link(conf) },
  "a package's unit": { [packaged]: '[Unit]\n', [unitRoot]: link(packaged), [confRoot]: link(conf) },
  'declared by the host, unit and conf': {
    [conf]: link('/etc/static/nixos-containers/demo.conf'),
    '/etc/systemd/system': link('/nix/store/etc'),
    '/nix/store/etc/container@demo.service': '[Unit]\n',
  },
  'declared on a host whose /etc is an overlay': {
    [conf]: toConf,
    '/etc/systemd/system/container@demo.service': toUnit,
  },
  'declared by system-manager': { [conf]: link('/etc/.system-manager-static/nixos-containers/demo.conf') },
  'a unit in /run': { '/run/systemd/system/container@demo.service': '[Unit]\n' },
  "a unit in systemd's folder for local units": { [`${local}/container@demo.service`]: '[Unit]\n' },
  'complete, and shown to systemd by a link to our folder': {
    ...complete,
    [local]: link('/etc/systemd-mutable/system'),
  },
  'complete, and shown to systemd by a link of its own': {
    ...complete,
    [`${local}/container@demo.service`]: link(unit),
  },
  'complete but for an overwritten conf': { ...complete, [conf]: '}{\0' },
  'a conf of nixos-container among marks of ours': { ...complete, [conf]: 'PRIVATE_NETWORK=0\n' },
  'dangling links': {
    [unit]: link('/nix/store/gone/u'),
    [conf]: link('/nix/store/gone/c'),
    [unitRoot]: link(unit),
    [confRoot]: link(conf),
  },
}

describe('readInstalled', () => {
  test.each<[keyof typeof hosts, string, string]>([
    ['empty', 'none', ''],
    ['state folder only', 'none', ''],
    ['complete', 'ours', ''],
    ['only the gcroots', 'ours', ''],
    ['no unit', 'ours', ''],
    ['one gcroot', 'ours', ''],
    ['declared by the host', 'foreign', 'NixOS configuration'],
    ['declared by the host, with old gcroots of ours', 'foreign', 'NixOS configuration'],
    ['made by nixos-container', 'foreign', 'nixos-container'],
    ['a plain unit', 'foreign', unit],
    ['a unit that links elsewhere', 'foreign', unit],
    ['links without gcroots', 'foreign', unit],
    ['a unit in /etc/systemd/system', 'foreign', '/etc/systemd/system/container@demo.service'],
    ["another tool's gcroot", 'foreign', '/opt/tool/container@demo.service'],
    ['made by the bash tool', 'ours', ''],
    ['made by the bash tool, unit gone', 'ours', ''],
    ["a package's unit", 'foreign', packaged],
    ['declared by the host, unit and conf', 'foreign', 'NixOS configuration'],
    ['declared on a host whose /etc is an overlay', 'foreign', "this host's configuration"],
    ['declared by system-manager', 'foreign', 'system-manager'],
    ['a unit in /run', 'foreign', '/run/systemd/system/container@demo.service'],
    ["a unit in systemd's folder for local units", 'foreign', `${local}/container@demo.service`],
    ['complete, and shown to systemd by a link to our folder', 'ours', ''],
    ['complete, and shown to systemd by a link of its own', 'ours', ''],
    ['complete but for an overwritten conf', 'ours', ''],
    ['a conf of nixos-container among marks of ours', 'foreign', 'nixos-container destroy demo'],
    ['dangling links', 'ours', ''],
  ])('%s → %s', async (files, kind, owner) => {
    const host = fakeHost(undefined, { disk: { ...stored, ...hosts[files] } })
    const installed = await readInstalled(host, 'demo')
    expect(installed.kind).toBe(kind)
    if (kind !== 'foreign') return
    expect(() => refuseForeign('demo', installed)).toThrow(OperationError)
    expect(() => refuseForeign('demo', installed)).toThrow(owner)
  })

  // A half-removed container: ours as long as one gcroot is left, or nothing but the unit in our folder.
  const marks = Object.entries(complete)
  test.each(
    Array.from({ length: 2 ** marks.length }, (_, bits) => marks.filter((_, index) => (bits >> index) & 1)).map(
      (left) => {
        const paths = left.map(([path]) => path)
        const rooted = paths.includes(unitRoot) || paths.includes(confRoot)
        const kind = rooted || paths.join() === unit ? 'ours' : paths.length === 0 ? 'none' : 'foreign'
        return [paths.join(' ') || 'nothing', kind, left] as const
      },
    ),
  )('left are: %s → %s', async (_, kind, left) => {
    const host = fakeHost(undefined, { disk: { ...stored, ...Object.fromEntries(left) } })
    expect((await readInstalled(host, 'demo')).kind).toBe(kind)
  })

  test('a conf that cannot be read counts as missing', async () => {
    const host = fakeHost(undefined, { disk: { ...stored, ...complete } })
    const { read } = host.files
    host.files.read = async (path) => {
      if (path === conf) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' })
      return read(path)
    }
    expect(await readInstalled(host, 'demo')).toMatchObject({ kind: 'ours', conf: undefined })
    expect(await listInstalled(host)).toEqual(['demo'])
  })

  test('gives the texts of a complete one', async () => {
    const host = fakeHost(undefined, { disk: { ...stored, ...hosts.complete } })
    expect(await readInstalled(host, 'demo')).toEqual({
      kind: 'ours',
      unit: { path: '/nix/store/u/container@demo.service', text: '[Unit]\n' },
      conf: { path: '/nix/store/c/demo.conf', text: 'SYSTEM_PATH=/nix/store/s\n' },
    })
  })
})

test('listInstalled shows ours, half removed ones included, and nothing else', async () => {
  const host = fakeHost(undefined, {
    disk: {
      ...stored,
      ...hosts.complete,
      '/nix/var/nix/gcroots/auto/extra-container-half': link('/etc/systemd-mutable/system/container@half.service'),
      '/nix/var/nix/gcroots/auto/0123abc': link('/home/me/result'),
      '/etc/systemd-mutable/system/container@other.service': '[Unit]\n',
      '/etc/systemd-mutable/system/foo.service': '[Unit]\n',
    },
  })
  expect(await listInstalled(host)).toEqual(['demo', 'half'])
})
