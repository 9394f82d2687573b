import { expect, test } from '@jest/globals'
import { confWithoutSystem, parseConf, unitWithoutTriggers } from '../../../src/container/conf.ts'

test('reads assignments, drops quotes and everything that assigns nothing', () => {
  const conf = parseConf('SYSTEM_PATH=/nix/store/x\n# no\nPRIVATE_NETWORK=1\nINTERFACES="eth1 eth2"\n\nEMPTY=\nA=b=c\n')
  expect([...conf]).toEqual([
    ['SYSTEM_PATH', '/nix/store/x'],
    ['PRIVATE_NETWORK', '1'],
    ['INTERFACES', 'eth1 eth2'],
    ['EMPTY', ''],
    ['A', 'b=c'],
  ])
})

test('leaves out what names the system', () => {
  expect(confWithoutSystem('A=1\nSYSTEM_PATH=/x\nB=2\n')).toBe('A=1\nB=2\n')
  expect(unitWithoutTriggers('[Unit]\nX-Restart-Triggers=/x\nA=1')).toBe('[Unit]\nA=1')
})
