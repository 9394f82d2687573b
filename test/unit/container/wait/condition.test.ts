import { describe, expect, test } from '@jest/globals'
import { checkContainers, listening, parseCondition, unitReadiness } from '../../../../src/container/wait/condition.ts'
import { UsageError } from '../../../../src/host/errors.ts'

describe('parseCondition', () => {
  test.each([
    ['unit:nginx', undefined, 'unit', 'nginx'],
    ['unit:getty@tty1.service', undefined, 'unit', 'getty@tty1.service'],
    ['port:80', undefined, 'port', '80'],
    ['cmd:a/port:1 && b', undefined, 'cmd', 'a/port:1 && b'],
    ['cmd:two\nlines', undefined, 'cmd', 'two\nlines'],
    ['db/port:5432', 'db', 'port', '5432'],
    ['my_db-1/cmd:x', 'my_db-1', 'cmd', 'x'],
  ])('%s', (text, container, kind, value) => {
    expect(parseCondition(text)).toEqual({ text, container, kind, value })
  })

  test.each([
    '',
    'nginx',
    'unit:',
    'unit:-x',
    'unit:a b',
    'port:',
    'port:0',
    'port:65536',
    'port:http',
    'cmd: ',
    'a b/port:1',
  ])('%j is refused, and named', (text) => {
    expect(() => parseCondition(text)).toThrow(UsageError)
    expect(() => parseCondition(text)).toThrow(JSON.stringify(text))
  })
})

test('a condition of a container that is not there is refused', () => {
  const wait = { conditions: [parseCondition('db/port:1'), parseCondition('port:2')], timeout: 1 }
  expect(() => checkContainers(wait, ['db', 'web'])).not.toThrow()
  expect(() => checkContainers(wait, ['web'])).toThrow(/"db" among web/)
})

test('listening reads ports of IPv4 and IPv6, and of sockets that listen only', () => {
  const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
  const tcp = `${head}   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1\n   1: 0100007F:0016 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 2\n`
  const tcp6 = `${head}   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 3\n`
  expect(listening(tcp, tcp6, undefined)).toEqual([80, 8080])
})

describe('unitReadiness', () => {
  const oneshot = { ActiveState: 'inactive', Type: 'oneshot', Result: 'success', ExecMainExitTimestampMonotonic: '5' }
  test.each<[string, Record<string, string>, string]>([
    ['active', { ActiveState: 'active' }, 'ready'],
    ['starting', { ActiveState: 'activating', SubState: 'auto-restart' }, 'waiting'],
    ['failed', { ActiveState: 'failed' }, 'hopeless'],
    ['a oneshot that ended well', oneshot, 'ready'],
    ['a oneshot that never ran', { ...oneshot, ExecMainExitTimestampMonotonic: '0' }, 'waiting'],
    ['a service that ended', { ...oneshot, Type: 'simple' }, 'waiting'],
    ['nothing known', {}, 'waiting'],
  ])('%s', (_, properties, readiness) => {
    expect(unitReadiness(new Map(Object.entries(properties)))).toBe(readiness)
  })
})
