import { expect, test } from '@jest/globals'
import { removeRules } from '../../../src/container/rules.ts'
import { fakeHost } from '../../fake-host.ts'

test('rules that a killed manager left are removed, others cost no process', async () => {
  const host = fakeHost(undefined, { disk: { '/run/extra-container/forwarding/demo': 'ip' } })
  await removeRules(host, 'other')
  expect(host.commands).toEqual([])
  await removeRules(host, 'demo')
  expect(host.commands).toEqual([['bash', `${host.root}/nix/network/forwarding.sh`, 'remove']])
})
