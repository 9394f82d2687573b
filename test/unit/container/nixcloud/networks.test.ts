import { expect, test } from '@jest/globals'
import {
  checkFixed,
  findNetwork,
  hostOnly,
  lowestFree,
  networkOf,
  toNumber,
  toText,
} from '../../../../src/container/nixcloud/networks.ts'
import { fakeHost } from '../../../fake-host.ts'

const links = JSON.stringify([
  { ifname: 'lo', addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }] },
  {
    ifname: 'br0',
    addr_info: [
      { family: 'inet6', local: 'fe80::1', prefixlen: 64 },
      { family: 'inet', local: '10.10.3.1', prefixlen: 30 },
    ],
  },
  { ifname: 'br1', addr_info: [] },
])

const at = (...addresses: string[]) =>
  new Map(addresses.map((address) => [toNumber(address) ?? -1, `owner of ${address}`]))

test('addresses as numbers', () => {
  expect(toText(toNumber('10.101.255.3') ?? 0)).toBe('10.101.255.3')
  expect(toText(toNumber('250.0.0.1') ?? 0)).toBe('250.0.0.1')
  for (const text of ['10.101.0', '10.101.0.256', '10.101.0.2/16', 'ten', '']) expect(toNumber(text)).toBeUndefined()
})

test('the lowest that is free, from the second on, and none beyond the network', () => {
  const free = (...taken: string[]) => toText(lowestFree(hostOnly, at('10.101.0.1', ...taken)) ?? 0)
  expect(free()).toBe('10.101.0.2')
  expect(free('10.101.0.2', '10.101.0.3', '10.101.0.5')).toBe('10.101.0.4')
  const small = networkOf(links, 'br0')
  expect(small).toMatchObject({ bridge: 'br0', text: '10.10.3.0/30' })
  expect(toText(lowestFree(small ?? hostOnly, at('10.10.3.1')) ?? 0)).toBe('10.10.3.2')
  expect(lowestFree(small ?? hostOnly, at('10.10.3.1', '10.10.3.2'))).toBeUndefined()
})

test('the network of a bridge', async () => {
  expect(networkOf(links, 'br1')).toBeUndefined()
  expect(networkOf('', 'br0')).toBeUndefined()
  const host = fakeHost(() => ({ stdout: links }), {
    disk: { '/sys/class/net/br0/bridge/x': '', '/sys/class/net/lo/x': '' },
  })
  expect(await findNetwork(host, 'web', 'brNC-hostonly')).toBe(hostOnly)
  expect(await findNetwork(host, 'web', 'br0')).toMatchObject({ text: '10.10.3.0/30' })
  await expect(findNetwork(host, 'web', 'br9')).rejects.toThrow(
    'there is no interface of that name. Make one: ip link add br9',
  )
  await expect(findNetwork(host, 'web', 'lo')).rejects.toThrow('is no bridge')
})

test.each([
  ['10.101.0', 'no IPv4 address'],
  ['10.10.10.10', 'can have on brNC-hostonly: choose one of 10.101.0.1 to 10.101.255.254'],
  ['10.101.0.0', 'can have on'],
  ['10.101.255.255', 'can have on'],
  ['10.101.0.7', 'which owner of 10.101.0.7 has'],
])('network.ip = %s', (address, message) => {
  expect(() => checkFixed('web', address, hostOnly, at('10.101.0.7'))).toThrow(message)
})

test('a fixed address that is free', () => {
  checkFixed('web', '10.101.0.8', hostOnly, at('10.101.0.7'))
  checkFixed('web', '192.168.0.8', undefined, at('10.101.0.7'))
})
