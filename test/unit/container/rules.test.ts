import { expect, test } from '@jest/globals'
import { removeRules } from '../../../src/container/rules.ts'
import { type FakeHost, fakeHost } from '../../fake-host.ts'

const record = '/run/extra-container/forwarding/demo'

test('rules that a killed manager left are removed, others cost no process', async () => {
  const removal = () => {
    host.disk.delete(record)
    return {}
  }
  const host: FakeHost = fakeHost(removal, { disk: { [record]: 'ip' } })
  await removeRules(host, 'other')
  expect(host.commands).toEqual([])
  await removeRules(host, 'demo')
  expect(host.commands).toEqual([['bash', `${host.root}/nix/network/forwarding.sh`, 'remove']])
})

test('rules that are left after that are told', async () => {
  const host = fakeHost(() => ({ stderr: 'busy' }), { disk: { [record]: 'iptables' } })
  await expect(removeRules(host, 'demo')).rejects.toThrow(/packet rules could not be removed.*\nbusy/)
})
