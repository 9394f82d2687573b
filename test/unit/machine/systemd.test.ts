/** What systemctl prints, read. */
import { describe, expect, test } from '@jest/globals'
import { activeContainers, parseShow, showUnits, stateOf } from '../../../src/machine/systemd.ts'
import { fakeHost } from '../../fake-host.ts'

const direct = { enter: (file: string, args: readonly string[]): [string, string[]] => [file, [...args]] }

describe('parseShow', () => {
  test('keeps everything after the first = of a line', () => {
    expect(parseShow('Id=a.service\nEnvironment=A=1 B=2\n')[0]?.get('Environment')).toBe('A=1 B=2')
  })
  test('gives a block for each unit', () => {
    expect(parseShow('Id=a\nX=\n\nId=b\nX=1\n').map((unit) => unit.get('Id'))).toEqual(['a', 'b'])
  })
  test('gives nothing for nothing', () => expect(parseShow('\n')).toEqual([]))
})

test('showUnits assigns answers by Id, whatever their order, and asks once', async () => {
  const host = fakeHost(() => ({
    stdout: 'Id=container@b.service\nActiveState=failed\n\nId=container@a.service\nActiveState=active',
  }))
  const units = await showUnits(host, direct, ['a', 'b', 'gone'], ['ActiveState'])
  expect([...units].map(([name, unit]) => [name, unit.get('ActiveState')])).toEqual([
    ['a', 'active'],
    ['b', 'failed'],
    ['gone', undefined],
  ])
  expect(host.commands).toHaveLength(1)
})

test.each([
  ['active', 'running'],
  ['reloading', 'running'],
  ['activating', 'starting'],
  ['deactivating', 'stopping'],
  ['failed', 'failed'],
  ['inactive', 'stopped'],
  [undefined, 'stopped'],
])('ActiveState %s is %s', (active, state) => expect(stateOf(active)).toBe(state))

test('activeContainers reads unit names only', async () => {
  const host = fakeHost(() => ({ stdout: 'container@a.service loaded active running Container a\n' }))
  expect(await activeContainers(host, direct)).toEqual(['container@a.service'])
})
