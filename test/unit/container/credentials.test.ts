import { expect, test } from '@jest/globals'
import { checkCredentials } from '../../../src/container/credentials.ts'
import { fakeHost } from '../../fake-host.ts'

const option = (name: string, way = 'file') => `containers.demo.extra.credentials.${name}.${way}`
const disk = { '/etc/token': 'x', '/etc/token.cred': 'x', '/srv/file': '', '/etc/link': { link: '/no/such' } }
const check = (path: string, size = 1, way = 'file') =>
  checkCredentials(
    fakeHost(() => ({ stdout: String(size) }), { disk }),
    'demo',
    [{ name: 'token', option: option('token', way), path }],
  )

test('a file that is there', async () => {
  await expect(check('/etc/token')).resolves.toBeUndefined()
})

test.each(['/no/such', '/etc/link'])('a missing one is named, and what names it: %s', async (path) => {
  await expect(check(path)).rejects.toThrow(
    `Container "demo" takes its credential token from "${path}", which does not exist. Make it, or change ${option('token')}.`,
  )
})

test('a folder', async () => {
  await expect(check('/srv')).rejects.toThrow(/from "\/srv", which is a folder\. Name a file: \S+token\.file\./)
})

test('what systemd takes, with the name; an encrypted one is larger than what it holds', async () => {
  await expect(check('/etc/token', 1024 * 1024 - 5)).resolves.toBeUndefined()
  await expect(check('/etc/token', 1024 * 1024 - 4)).rejects.toThrow(
    /has credentials of 1048577 bytes, and systemd takes at most 1048576.*bindMounts: \S+token\.file\./,
  )
  await expect(check('/etc/token.cred', 1024 * 1024, 'encrypted')).resolves.toBeUndefined()
})
