import { expect, test } from '@jest/globals'
import { listInstalled } from '../../../src/container/installed.ts'
import { deadTemporaries } from '../../../src/container/temporary.ts'
import { fakeHost } from '../../fake-host.ts'

const roots = '/nix/var/nix/gcroots/auto'
const units = '/etc/systemd-mutable/system'

test('links that killed commands had not put in place are found, and nothing else', async () => {
  const dead = [
    `${roots}/extra-container-demo.123-abc`,
    `${roots}/extra-container-demo.conf.123-abc`,
    '/etc/nixos-containers/demo.conf.123-0x',
    `${units}/container@demo.service.123-abc`,
    `${units}/machines.target.wants/container@demo.service.123-abc`,
    '/etc/systemd/nspawn/demo.nspawn.123-a',
    '/etc/systemd/network/10-vz-a.network.123-a',
  ]
  const others = [
    `${roots}/extra-container-demo`,
    `${roots}/extra-container-demo.77-abc`,
    `${roots}/other.123-abc`,
    `${units}/container@demo.service`,
    '/etc/nixos-containers/notes.123-abc',
    '/proc/77/stat',
  ]
  const disk = Object.fromEntries([...dead, ...others].map((path) => [path, { link: '/x' }]))
  // Through this link they would be found twice.
  const host = fakeHost(undefined, { disk: { ...disk, '/usr/local/lib/systemd/system': { link: units } } })
  expect((await deadTemporaries(host)).sort()).toEqual(dead.sort())
})

test('one of them is no container', async () => {
  const root = `${roots}/extra-container-demo.123-abc`
  const link = `${units}/container@demo.123-abc.service`
  const host = fakeHost(undefined, { disk: { [root]: { link }, [link]: { link: '/nix/store/x' } } })
  expect(await listInstalled(host)).toEqual([])
})
