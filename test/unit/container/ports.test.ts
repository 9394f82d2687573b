import { expect, test } from '@jest/globals'
import type { Declared } from '../../../src/container/etc.ts'
import { checkPorts, kernelAddress } from '../../../src/container/ports.ts'
import { parseSockets } from '../../../src/container/proc-net.ts'
import { fakeHost } from '../../fake-host.ts'

// 127.0.0.1:8080 listens, 127.0.0.1:8081 is a connection; [::1]:9000 UDP waits, :9001 is connected.
const disk = {
  '/proc/net/tcp': `  sl  local_address rem_address   st tx_queue
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000
   1: 0100007F:1F91 0100007F:C350 01 00000000:00000000\n`,
  '/proc/net/udp6': `  sl  local_address
   0: 00000000000000000000000001000000:2328 00000000000000000000000000000000:0000 07 00000000:00000000
   1: 00000000000000000000000001000000:2329 00000000000000000000000001000000:0001 01 00000000:00000000\n`,
}
const container = (name: string, ...published: string[]) =>
  ({ name, needs: { published, forwarded: [] } }) as unknown as Declared
const check = (containers: Declared[], held: string[] = []) =>
  checkPorts(fakeHost(undefined, { disk }), containers, () => held)

test('addresses as the kernel writes them', () => {
  expect(kernelAddress('127.0.0.1')).toBe('0100007F')
  expect(kernelAddress('::1')).toBe('00000000000000000000000001000000')
  expect(kernelAddress('fd31:10::1')).toBe('100031FD000000000000000001000000')
  expect(parseSockets(disk['/proc/net/tcp'], 'tcp')).toEqual([{ protocol: 'tcp', address: '0100007F', port: 8080 }])
})

test.each(['tcp//8080/80', 'tcp/127.0.0.1/8080/80', 'udp/[::1]/9000/53', 'udp//9000/53'])(
  '%s is taken',
  async (word) => {
    await expect(check([container('demo', word)])).rejects.toThrow(/"demo" wants the (tcp|udp) port \d+, which another/)
  },
)

test.each([
  'tcp/127.0.0.2/8080/80',
  'udp//8080/80',
  'tcp//8081/80',
  'tcp//9000/80',
  'udp//9001/53',
  'tcp/[::1]/8080/80',
])('%s is free', async (word) => {
  await expect(check([container('demo', word)])).resolves.toBeUndefined()
})

test('a container that runs holds its own ports', async () => {
  await expect(check([container('demo', 'tcp//8080/80')], ['tcp//8080/80'])).resolves.toBeUndefined()
})

test('two containers cannot have one port', async () => {
  const both = [container('one', 'tcp//7000/80'), container('two', 'tcp/127.0.0.1/7000/81')]
  await expect(check(both)).rejects.toThrow(/"two" wants the tcp port 7000, and so does container "one"/)
  await expect(check([container('one', 'tcp//7000/80'), container('two', 'udp//7000/81')])).resolves.toBeUndefined()
})

test('a port that leads into another container is taken', async () => {
  const forwarding = {
    ...disk,
    '/sys/class/net/ve-web/ifalias': 'container@web\n',
    '/etc/nixos-containers/web.conf': 'HOST_PORT=tcp:7000:80,udp:7001:53\n',
  }
  const checkBeside = (word: string) =>
    checkPorts(fakeHost(undefined, { disk: forwarding }), [container('demo', word)], () => [])
  await expect(checkBeside('tcp//7000/80')).rejects.toThrow(/"demo" wants the tcp port 7000.* container "web"/)
  await expect(checkBeside('udp//7001/80')).rejects.toThrow('udp port 7001')
  await expect(checkBeside('udp//7000/80')).resolves.toBeUndefined()
})
