/** What is built stays until it is released, and a process that died does not keep it for ever. */
import { expect, test } from '@jest/globals'
import { buildEtc } from '../../../src/eval/nix.ts'
import { releaseBuild } from '../../../src/eval/roots.ts'
import { fakeHost } from '../../fake-host.ts'

const roots = '/nix/var/nix/gcroots/auto'
const options = {
  attrPath: [],
  buildArgs: [],
  cache: false,
  showTrace: false,
  stateDirectory: '/var/lib/nixos-containers',
  extra: {},
}

test('a build is rooted until released; roots of dead processes go, those of the living and of others stay', async () => {
  const host = fakeHost(
    (argv) => {
      const result = argv[argv.indexOf('--out-link') + 1] ?? ''
      host.disk.set(result, { link: '/nix/store/0-etc' })
      host.disk.set(`${roots}/mine`, { link: result })
      return { stdout: '/nix/store/0-etc' }
    },
    {
      disk: {
        '/proc/7/stat': '',
        '/run/extra-container/build-7': { link: '/nix/store/7-etc' },
        '/run/extra-container/build-8': { link: '/nix/store/8-etc' },
        [`${roots}/living`]: { link: '/run/extra-container/build-7' },
        [`${roots}/dead`]: { link: '/run/extra-container/build-8' },
        [`${roots}/other`]: { link: '/home/me/result' },
      },
    },
  )
  const links = () => [...host.disk.keys()].filter((path) => /gcroots|build-/.test(path)).sort()

  expect(await buildEtc(host, { kind: 'expression', text: '{ }', origin: '-E' }, options)).toBe('/nix/store/0-etc/etc')
  const kept = [`${roots}/living`, `${roots}/other`, '/run/extra-container/build-7']
  expect(links()).toEqual([...kept, `${roots}/mine`, '/run/extra-container/build-1000'].sort())
  await releaseBuild(host)
  expect(links()).toEqual(kept)
})
