import { expect, test } from '@jest/globals'
import type { Declared } from '../../../src/container/etc.ts'
import { installContainers } from '../../../src/container/install.ts'
import { pathsOf, wantsFolder } from '../../../src/container/paths.ts'
import type { Engine } from '../../../src/container/with-machines.ts'
import { type FakeHost, fakeHost } from '../../fake-host.ts'

const file = (path: string) => ({ path: `/nix/store/${path}`, text: '' })
const container: Declared = { name: 'demo', unit: file('new'), conf: file('new'), settings: new Map() }
const autoStart: Declared = { ...container, settings: new Map([['AUTO_START', '1']]) }
const paths = pathsOf('demo')
const store = { '/nix/store/new': '', '/nix/store/old': '' }

const engine = (reload = async () => {}): Engine =>
  ({ manager: {}, machines: { reload }, stale: false, noWait: false }) as unknown as Engine
const install = (host: FakeHost, what = container, on = engine()) =>
  installContainers(host, on, [what], { unheard: false })
const links = (host: FakeHost) =>
  Object.fromEntries(
    [...host.disk].flatMap(([path, at]) => (typeof at === 'object' && 'link' in at ? [[path, at.link]] : [])),
  )

test('a container that no longer starts with the host loses its link, and an empty folder goes', async () => {
  const host = fakeHost(undefined, { disk: { ...store } })
  await install(host, autoStart)
  expect(links(host)[paths.wants]).toBe('../container@demo.service')
  await install(host, container)
  expect(host.disk.has(paths.wants)).toBe(false)
  expect(host.disk.has(wantsFolder)).toBe(false)
})

test("a unit that the bash tool linked among the system's goes, what is not a link into the store stays", async () => {
  const packaged = '/usr/lib/systemd/system'
  const unit = `${packaged}/container@demo.service`
  const wants = `${packaged}/machines.target.wants/container@demo.service`
  const host = fakeHost(undefined, {
    disk: { ...store, [unit]: { link: '/nix/store/x' }, [wants]: { link: '../container@demo.service' } },
  })
  await install(host)
  expect([...host.disk.keys()].filter((path) => path.startsWith(packaged))).toEqual([])
  host.disk.set(unit, '[Unit]')
  await install(host)
  expect(host.disk.get(unit)).toBe('[Unit]')
})

test('an installation that fails leaves nothing of a new container', async () => {
  const host = fakeHost(undefined, { disk: { ...store } })
  const failing = engine(async () => {
    throw new Error('no reload')
  })
  await expect(install(host, autoStart, failing)).rejects.toThrow('no reload')
  expect(links(host)).toEqual({})
  expect(failing.stale).toBe(true)
  expect([...host.disk.keys()].filter((path) => path.startsWith('/run'))).toEqual([])
})

test('an installation that fails half-way puts back what was there', async () => {
  const host = fakeHost(undefined, { disk: { ...store } })
  await install(host, { ...autoStart, unit: file('old'), conf: file('old') })
  const before = links(host)
  const link = host.files.link
  host.files.link = async (target, path) => {
    if (path === paths.unit && target === '/nix/store/new') throw new Error('full disk')
    await link(target, path)
  }
  await expect(install(host)).rejects.toThrow('full disk')
  expect(links(host)).toEqual(before)
})
