import { expect, test } from '@jest/globals'
import { checkAddresses } from '../../../src/container/addresses.ts'
import type { Declared } from '../../../src/container/etc.ts'
import { fakeHost } from '../../fake-host.ts'

const file = { path: '/nix/store/x', text: '' }
const container = (settings: Record<string, string>): Declared => ({
  name: 'demo',
  unit: file,
  conf: file,
  settings: new Map(Object.entries(settings)),
})
const ipOutput = JSON.stringify([
  { ifname: 'lo', addr_info: [{ local: '127.0.0.1' }] },
  { ifname: 'eth0', addr_info: [{ local: '10.250.0.1', prefixlen: 24 }, { local: 'fe80::1' }] },
  { ifname: 've-demo', addr_info: [{ local: '10.251.0.1' }] },
])
const host = () => fakeHost(() => ({ stdout: ipOutput }))

test('names the address and the interface that has it', async () => {
  await expect(checkAddresses(host(), [container({ HOST_ADDRESS: '10.250.0.1' })])).rejects.toThrow(
    /"demo" wants the address 10\.250\.0\.1.* eth0 /,
  )
  await expect(checkAddresses(host(), [container({ LOCAL_ADDRESS: '10.250.0.1/24' })])).rejects.toThrow('eth0')
})

test("a container's own interface may have it: the container runs", async () => {
  await expect(checkAddresses(host(), [container({ HOST_ADDRESS: '10.251.0.1' })])).resolves.toBeUndefined()
})

test('on a bridge hostAddress is the gateway', async () => {
  const bridged = { HOST_BRIDGE: 'eth0', HOST_ADDRESS: '10.250.0.1' }
  await expect(checkAddresses(host(), [container(bridged)])).resolves.toBeUndefined()
})

test('starts no program where no address is wanted', async () => {
  const none = host()
  await checkAddresses(none, [container({ PRIVATE_NETWORK: '0' })])
  expect(none.commands).toEqual([])
})
