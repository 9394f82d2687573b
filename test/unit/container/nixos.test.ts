import { afterEach, describe, expect, test } from '@jest/globals'
import { readEtc } from '../../../src/container/etc.ts'
import { checkUnitPath, placeLikeHost } from '../../../src/container/nixos.ts'
import { pathsOf, placeContainers, stateOf } from '../../../src/container/paths.ts'
import { OperationError, UsageError } from '../../../src/host/errors.ts'
import type { Manager } from '../../../src/machine/manager.ts'
import { fakeHost } from '../../fake-host.ts'

const nixos = { '/run/booted-system/nixos-version': '21.11' }
const program = '/run/current-system/sw/bin/nixos-container'
const template = '/etc/systemd/system/container@.service'
const legacyProgram = { [program]: 'my $configDirectory = "/etc/containers";' }

afterEach(() => placeContainers(false))

test.each<[string, Record<string, string>, string]>([
  ['another distribution', legacyProgram, 'nixos-containers'],
  ['NixOS that says nothing', nixos, 'nixos-containers'],
  ['NixOS since 22.05', { ...nixos, [program]: '"/etc/nixos-containers"' }, 'nixos-containers'],
  ['NixOS before', { ...nixos, ...legacyProgram }, 'containers'],
  [
    'NixOS before, with another nixos-container',
    { ...nixos, [program]: '#!/usr/bin/env node', [template]: 'EnvironmentFile=-/etc/containers/%i.conf' },
    'containers',
  ],
])('%s', async (_, disk, name) => {
  await placeLikeHost(fakeHost(undefined, { disk }))
  expect(stateOf('demo', 'container')).toBe(`/var/lib/${name}/demo`)
  expect(pathsOf('demo')).toMatchObject({
    conf: `/etc/${name}/demo.conf`,
    stateLock: `/var/lib/${name}/.#demo.lck`,
  })
})

test.each([
  [false, 'containers', '`legacyInstallDirs = false` (default)'],
  [true, 'nixos-containers', '`legacyInstallDirs = true`'],
])('a container built for the other folder is refused with what to set (legacy: %j)', async (legacy, built, hint) => {
  placeContainers(legacy)
  const host = fakeHost(undefined, {
    disk: { '/nix/store/x/etc/systemd/system/container@demo.service': '', [`/nix/store/x/etc/${built}/demo.conf`]: '' },
  })
  await expect(readEtc(host, '/nix/store/x/etc')).rejects.toThrow(UsageError)
  await expect(readEtc(host, '/nix/store/x/etc')).rejects.toThrow(hint)
})

describe('checkUnitPath', () => {
  const manager = (kind: Manager['kind'] = 'system') =>
    ({ kind, enter: (file, args) => [file, [...args]] }) as Pick<Manager, 'kind' | 'enter'> as Manager
  const searching = (folders: string, disk: Record<string, string | { link: string }> = nixos) =>
    fakeHost(() => ({ stdout: `${folders}\n` }), { disk })

  test.each([
    ['where systemd searches our folder', searching('/run/systemd/system /etc/systemd-mutable/system')],
    [
      'where it searches a link to it',
      searching('/usr/local/lib/systemd/system', {
        ...nixos,
        '/usr/local/lib/systemd/system': { link: '/etc/systemd-mutable/system' },
        '/etc/systemd-mutable/system/x': '',
      }),
    ],
    ['on other distributions', searching('/etc/systemd/system', {})],
  ])('says nothing %s', async (_, host) => {
    await checkUnitPath(host, manager())
  })

  test('asks nothing of a private manager', async () => {
    const host = searching('/etc/systemd/system')
    await checkUnitPath(host, manager('private'))
    expect(host.commands).toEqual([])
  })

  test('names the option that is missing', async () => {
    const checking = checkUnitPath(searching('/etc/systemd/system /etc/systemd'), manager())
    await expect(checking).rejects.toThrow(OperationError)
    await expect(checking).rejects.toThrow('boot.extraSystemdUnitPaths = [ "/etc/systemd-mutable/system" ];')
  })
})
