/** extra.memory, extra.cpus and extra.pids are settings of the unit; any of the unit's own reach the start script too. */
import { describe, expect, test } from '@jest/globals'
import { errorOf, settings, unitOf } from './evaluate.ts'

const container = (options: string, host = '') => `{ containers.demo = { config = { }; ${options} }; ${host} }`
const limits = (unit: string) => /^Environment="LIMITS=(.*)"$/m.exec(unit)?.[1]

test('each is the setting of systemd', () => {
  const unit = unitOf(container('extra.memory = "200M"; extra.cpus = 1.5; extra.pids = 200;'))
  expect(settings(unit, 'MemoryMax')).toEqual(['200M'])
  expect(settings(unit, 'CPUQuota')).toEqual(['150%'])
  expect(settings(unit, 'TasksMax')).toEqual(['200'])
  expect(limits(unit)).toBe('MemoryMax=200M CPUQuota=150%% TasksMax=200')
  expect(settings(unit, 'ExecStopPost')).toContainEqual(expect.stringMatching(/-container-limits leave$/))
})

test.each([
  ['2', '200%'],
  ['0.05', '5%'],
  ['1.2345', '123.45%'],
  ['0.333', '33.30%'],
])('extra.cpus = %s is %s', (cpus, quota) => {
  expect(settings(unitOf(container(`extra.cpus = ${cpus};`)), 'CPUQuota')).toEqual([quota])
})

test('settings of the unit itself count, the last of several', () => {
  const own = 'systemd.services."container@demo".serviceConfig'
  expect(limits(unitOf(container('', `${own}.MemoryMax = "30%";`)))).toBe('MemoryMax=30%%')
  expect(limits(unitOf(container('', `${own}.TasksMax = [ 5 6 ];`)))).toBe('TasksMax=6')
})

test('nothing without limits', () => {
  expect(unitOf(container(''))).not.toMatch(/LIMITS|container-limits/)
})

describe('no limits', () => {
  test.each(['memory = "much"', 'memory = 0', 'memory = "200m"', 'cpus = 0', 'cpus = -1', 'cpus = "1"', 'pids = 1.5'])(
    'extra.%s',
    (wrong) => {
      expect(errorOf(container(`extra.${wrong};`))).toContain(`containers.demo.extra.${wrong.split(' ')[0]}`)
    },
  )
})
