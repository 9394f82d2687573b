/** extra.publish, and what the command line says of all containers. */
import { describe, expect, test } from '@jest/globals'
import { errorOf, filesOf, settings, unitOf } from './evaluate.ts'

const container = (options: string) => `{ containers.demo = { privateNetwork = true; config = { }; ${options} }; }`
const given = (...publish: string[]) => `facts = ''${JSON.stringify({ extra: { publish }, node: '/opt/node' })}'';`
const published = (unit: string) => /^Environment="PUBLISH=(.*)"$/m.exec(unit)?.[1]?.split(' ')

test('sockets are made before the start and removed after the stop', () => {
  const unit = unitOf(container('extra.publish = [ "8080:80" "[::1]:53:5353/udp" "127.0.0.1:81:80/tcp" ];'))
  expect(published(unit)).toEqual(['tcp//8080/80', 'udp/[::1]/53/5353', 'tcp/127.0.0.1/81/80'])
  expect(settings(unit, 'ExecStartPre')).toEqual([expect.stringMatching(/-container-publish open$/)])
  expect(settings(unit, 'ExecStopPost')).toContainEqual(expect.stringMatching(/-container-publish close$/))
  expect(unitOf(container(''))).not.toContain('publish')
})

test.each(['80', '0:80', '8080:65536', '256.0.0.1:80:80', '8080:80/sctp', 'host:80:80', '::1:80:80'])(
  '%p is no published port',
  (port) => {
    expect(errorOf(container(`extra.publish = [ "${port}" ];`))).toMatch(/extra\.publish[\s\S]*published port/)
  },
)

test('requires a private network', () => {
  expect(errorOf('{ containers.demo = { config = { }; extra.publish = [ "8080:80" ]; }; }')).toBe(
    'containers.demo.extra.publish: 8080:80 needs a private network. Set containers.demo.privateNetwork = true, or extra.addressPrefix.',
  )
})

describe('the command line', () => {
  test('adds to what the definition says', () => {
    const unit = unitOf(container('extra.publish = [ "8080:80" ];'), 'demo', given('9090:90'))
    expect(published(unit)?.sort()).toEqual(['tcp//8080/80', 'tcp//9090/90'])
    expect(unit).toContain('PUBLISH_UDP=/opt/node ')
  })

  test('is named in errors', () => {
    expect(errorOf(container(''), given('9090'))).toMatch(/the command line': "9090"/)
  })
})

test.each([
  ['', []],
  ['privateNetwork = true;', []],
  ['privateNetwork = true; localAddress6 = "fc00::2";', ['veth']],
  ['privateNetwork = true; hostBridge = "br0";', ['veth']],
  ['extraVeths.x = { };', ['veth']],
  ['macvlans = [ "eth0" ];', ['macvlan']],
])('the kernel must know the kinds of interfaces that %j makes', (options, kinds) => {
  const files = filesOf(`{ containers.demo = { config = { }; ${options} }; }`)
  expect(JSON.parse(files['etc/extra-container/demo.json']?.text ?? '').linkKinds).toEqual(kinds)
})

test('what a container needs of the machine is data beside its unit', () => {
  const needs = filesOf(
    container(`
      hostBridge = "br0"; extraVeths.x.hostBridge = "br1"; extra.memory = "1G"; extra.publish = [ "8080:80" ];
      bindMounts."/a".hostPath = "/b"; bindMounts."/c" = { }; enableTun = true; interfaces = [ "eth1" ];
      forwardPorts = [ { hostPort = 81; protocol = "udp"; } ]; localAddress = "10.0.0.2/24";
    `),
  )['etc/extra-container/demo.json']?.text
  expect(JSON.parse(needs ?? '')).toEqual({
    definedAs: 'demo',
    autoPrefix: null,
    credentials: [],
    files: ['/b', '/c'],
    devices: ['/dev/net/tun'],
    bridges: ['br0', 'br1'],
    interfaces: ['eth1'],
    macvlans: [],
    linkKinds: ['veth'],
    networkNamespace: null,
    forwarded: ['udp//81'],
    published: ['tcp//8080/80'],
    ssh: null,
    limits: { MemoryMax: 'memory' },
  })
})
