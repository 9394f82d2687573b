import { expect, test } from '@jest/globals'
import { differencesOf, parseUnit } from '../../../src/container/differences.ts'
import type { Declared } from '../../../src/container/etc.ts'

const file = (text: string) => ({ path: '/nix/store/x', text })
const declared: Declared = {
  name: 'demo',
  unit: file(
    '[Unit]\nX-Restart-Triggers=/nix/store/b\n[Service]\nExecStart=/new\nEnvironment="A=1"\nEnvironment="B=2"\n',
  ),
  conf: file('SYSTEM_PATH=/nix/store/b\nHOST_ADDRESS=10.0.0.1\n'),
  settings: new Map(),
}

test('a unit is read by section, with all values of a directive', () => {
  expect([...parseUnit(declared.unit.text)]).toEqual([
    ['Unit.X-Restart-Triggers', '/nix/store/b'],
    ['Service.ExecStart', '/new'],
    ['Service.Environment', '"A=1"\n"B=2"'],
  ])
})

test('names directives and keys, with what they were and are; the line that follows the system is not told twice', () => {
  const unit = file(
    '[Unit]\nX-Restart-Triggers=/nix/store/a\n[Service]\nExecStart=/old\nEnvironment="A=1"\nTasksMax=5\n',
  )
  const conf = file('SYSTEM_PATH=/nix/store/a\n')
  expect(differencesOf(declared, { kind: 'ours', unit, conf })).toEqual([
    { what: 'unit', key: 'Service.Environment', before: '"A=1"', after: '"A=1"\n"B=2"' },
    { what: 'unit', key: 'Service.ExecStart', before: '/old', after: '/new' },
    { what: 'unit', key: 'Service.TasksMax', before: '5', after: null },
    { what: 'conf', key: 'HOST_ADDRESS', before: null, after: '10.0.0.1' },
    { what: 'system', key: 'SYSTEM_PATH', before: '/nix/store/a', after: '/nix/store/b' },
  ])
})

test('nothing for what is new, or the same', () => {
  expect(differencesOf(declared, { kind: 'none' })).toEqual([])
  expect(differencesOf(declared, { kind: 'ours', unit: declared.unit, conf: declared.conf })).toEqual([])
})
