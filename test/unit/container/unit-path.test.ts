import { describe, expect, test } from '@jest/globals'
import { hideUnits, showUnits } from '../../../src/container/unit-path.ts'
import { fakeHost } from '../../fake-host.ts'

const ours = '/etc/systemd-mutable/system'
const searched = '/usr/local/lib/systemd/system'
const unit = `${ours}/container@demo.service`
const booted = { '/run/systemd/system': { directory: true }, [unit]: { link: '/nix/store/x' } } as const

describe('where systemd is PID 1 and not of NixOS', () => {
  test('its search path gets a link to our folder, which goes with the last container', async () => {
    const host = fakeHost(undefined, { disk: booted })
    await showUnits(host, ['demo'])
    expect(host.disk.get(searched)).toEqual({ link: ours })
    await hideUnits(host, ['other'])
    expect(host.disk.has(searched)).toBe(true)
    host.disk.delete(unit)
    await hideUnits(host, ['demo'])
    expect(host.disk.has(searched)).toBe(false)
  })

  test('the link stays while a unit of other software, installed through it, is in our folder', async () => {
    const host = fakeHost(undefined, { disk: { ...booted, [`${ours}/foo.service`]: '[Unit]' } })
    await showUnits(host, ['demo'])
    host.disk.delete(unit)
    await hideUnits(host, ['demo'])
    expect(host.disk.get(searched)).toEqual({ link: ours })
    host.disk.delete(`${ours}/foo.service`)
    await hideUnits(host, ['demo'])
    expect(host.disk.has(searched)).toBe(false)
  })

  test('a folder that is there already gets single links, and keeps what is not ours', async () => {
    const host = fakeHost(undefined, {
      disk: {
        ...booted,
        [`${searched}/mine.service`]: '[Unit]',
        [`${ours}/machines.target.wants/container@demo.service`]: { link: 'x' },
      },
    })
    await showUnits(host, ['demo'])
    expect(host.disk.get(`${searched}/container@demo.service`)).toEqual({ link: unit })
    expect(host.disk.get(`${searched}/machines.target.wants/container@demo.service`)).toEqual({ link: unit })
    await hideUnits(host, ['demo'])
    expect([...host.disk.keys()].filter((path) => path.startsWith(searched))).toEqual([`${searched}/mine.service`])
  })
})

test.each([
  ['the private manager', {}],
  ['NixOS', { '/run/systemd/system': { directory: true }, '/run/booted-system/nixos-version': '24.05' }],
] as const)('%s sees our folder without', async (_, disk) => {
  const host = fakeHost(undefined, { disk })
  await showUnits(host, ['demo'])
  expect([...host.disk.keys()].filter((path) => path.startsWith('/usr/local'))).toEqual([])
})
