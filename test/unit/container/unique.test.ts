import { expect, test } from '@jest/globals'
import { chooseSuffix } from '../../../src/container/unique.ts'
import { fakeHost } from '../../fake-host.ts'

test('a suffix that something has is not given', async () => {
  const disk = {
    '/etc/systemd-mutable/system/container@a-0001.service': '',
    '/var/lib/nixos-containers/b-0002/x': '',
    '/run/extra-container/sessions/7-8': '{"names":["c-0003"]}',
  }
  const proposals = ['-0001', '-0002', '-0003', '-0004']
  expect(await chooseSuffix(fakeHost(undefined, { disk }), () => proposals.shift() ?? '')).toBe('-0004')
})

test('it is four letters or digits', async () => {
  expect(await chooseSuffix(fakeHost())).toMatch(/^-[a-z0-9]{4}$/)
})
