import { expect, test } from '@jest/globals'
import {
  addGeneration,
  isLinkName,
  listProfiles,
  profileOf,
  readGenerations,
  removeGenerations,
  removeProfile,
  selectGeneration,
} from '../../../src/container/profile.ts'
import { fakeHost } from '../../fake-host.ts'

const folder = '/nix/var/nix/profiles/extra-container'
const link = (target: string) => ({ link: target })
const disk = {
  [`${folder}/a`]: link('a-2-link'),
  [`${folder}/a-1-link`]: link('/nix/store/1-etc'),
  [`${folder}/a-2-link`]: link('/nix/store/2-etc'),
  [`${folder}/a-10-link`]: link('/nix/store/10-etc'),
  [`${folder}/a-1`]: link('a-1-7-link'),
  [`${folder}/a-1-7-link`]: link('/nix/store/7-etc'),
}

test('generations are those of the container alone, by number, one of them current', async () => {
  const host = fakeHost(undefined, { disk })
  const brief = async (name: string) =>
    (await readGenerations(host, profileOf(name, 'container'))).map(({ number, current, path }) => [
      number,
      current,
      path,
    ])
  expect(await brief('a')).toEqual([
    [1, false, '/nix/store/1-etc'],
    [2, true, '/nix/store/2-etc'],
    [10, false, '/nix/store/10-etc'],
  ])
  expect(await brief('a-1')).toEqual([[7, true, '/nix/store/7-etc']])
  expect(await brief('none')).toEqual([])
})

test('what is removed with a container: its links, what a killed nix-env left, the roots that Nix made', async () => {
  const roots = '/nix/var/nix/gcroots/auto'
  const others = {
    [`${folder}/a-1`]: disk[`${folder}/a-1`],
    [`${folder}/a-1-7-link`]: disk[`${folder}/a-1-7-link`],
    [`${folder}/by-hand`]: 'a file',
    [`${roots}/y`]: link(`${folder}/a-1-7-link`),
  }
  const host = fakeHost(undefined, {
    disk: {
      ...disk,
      ...others,
      [`${folder}/a.lock`]: '',
      [`${folder}/.0_a`]: link('a-3-link'),
      [`${roots}/x`]: link(`${folder}/a-2-link`),
      '/nix/var/nix/profiles/nixcloud-container/a-1-link': link('/nix/store/3-etc'),
    } as never,
  })
  expect(await listProfiles(host)).toEqual(['a', 'a-1'])
  await removeProfile(host, 'a')
  expect(Object.fromEntries(host.disk)).toEqual(others)
})

test('a container of nixcloud-container has its profile elsewhere', () => {
  expect([profileOf('a', 'lxc'), profileOf('a', 'nspawn')]).toEqual([
    '/nix/var/nix/profiles/nixcloud-container/a',
    `${folder}/a`,
  ])
})

test('nix-env makes a generation, and finds no home to write to', async () => {
  let home: string | undefined
  const host = fakeHost((_, { env }) => {
    home = env?.HOME
    return {}
  })
  await addGeneration(host, `${folder}/a`, '/nix/store/1-etc')
  expect(host.commands).toEqual([['nix-env', '--profile', `${folder}/a`, '--set', '/nix/store/1-etc']])
  expect(home).toBe('/proc/self')
})

test('names that Nix gives to generations', () => {
  expect(['a-1-link', 'a-b-22-link', 'a-link', '1-link', 'a-1-link-b'].map(isLinkName)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
})

test('where the container writes, no nix-env runs as root: it would follow a link that is planted as its lock', async () => {
  const profile = '/nix/var/nix/profiles/per-container/a/system'
  const host = fakeHost(undefined, { disk: { [`${profile}.lock`]: link('/etc/shadow') } })
  const generations = async () =>
    (await readGenerations(host, profile)).map(({ number, current, path }) => [number, current, path])
  await addGeneration(host, profile, '/nix/store/1-system')
  await addGeneration(host, profile, '/nix/store/2-system')
  await addGeneration(host, profile, '/nix/store/2-system')
  expect(await generations()).toEqual([
    [1, false, '/nix/store/1-system'],
    [2, true, '/nix/store/2-system'],
  ])
  await selectGeneration(host, profile, 1)
  await removeGenerations(host, profile, [2])
  expect(await generations()).toEqual([[1, true, '/nix/store/1-system']])
  host.disk.set(`${profile}-99999999999999999999-link`, link('/x'))
  await addGeneration(host, profile, '/nix/store/3-system')
  expect((await generations()).at(-1)).toEqual([2, true, '/nix/store/3-system'])
  expect(host.commands).toEqual([])
})
