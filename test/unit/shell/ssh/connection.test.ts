/** Waiting for a container's sshd. */
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { checkHostKey, connect, hostKeyFile, type Target } from '../../../../src/shell/ssh/connection.ts'
import { fakeHost } from '../../../fake-host.ts'

afterEach(() => {
  jest.restoreAllMocks()
})

/** Each look at the clock is a second later. Gives what cssh is told at last, and how often it was told to wait. */
async function attempt(codes: (attempt: number) => string, overrides: Partial<Target> = {}) {
  let now = 0
  jest.spyOn(Date, 'now').mockImplementation(() => (now += 1000))
  let attempts = 0
  const refuse = async () => {
    attempts += 1
    throw Object.assign(new Error('refused'), { code: codes(attempts) })
  }
  const host = fakeHost()
  const sockets = { ...host.sockets, connect: refuse }
  const target = { name: 'demo', address: '10.0.0.2', port: 22, leader: async () => 1001, ...overrides }
  let waits = 0
  const onWait = () => {
    waits += 1
  }
  const signal = new AbortController().signal
  const error = await connect({ ...host, sockets }, target, { privateKey: '', onWait, signal }).catch((e: Error) => e)
  return { message: (error as Error).message, attempts, waits }
}

test('a closed port is tried again for a while, said once, and then named', async () => {
  const { message, attempts, waits } = await attempt(() => 'ECONNREFUSED')
  expect(message).toMatch(
    /^Container "demo" does not answer at 10\.0\.0\.2 port 22 \(tried for \d+ s\): the port is closed\. .* c systemctl status sshd\.$/,
  )
  expect(attempts).toBeGreaterThan(10)
  expect(waits).toBe(1)
})

test('silence points to firewalls', async () => {
  expect((await attempt(() => 'ETIMEDOUT')).message).toContain("Look at the container's firewall (networking.firewall)")
})

test('a container that ends meanwhile is not waited for', async () => {
  let looks = 0
  const leader = async () => {
    looks += 1
    return looks < 3 ? 1001 : undefined
  }
  const { message, attempts } = await attempt(() => 'ECONNREFUSED', { leader })
  expect(message).toBe('Container "demo" is not running. Start it: extra-container start demo')
  expect(attempts).toBe(2)
})

describe('the host key', () => {
  const key = Buffer.from('a key')
  const check = (disk: Record<string, string>) => checkHostKey(fakeHost(undefined, { disk }), 'demo', 7, key)

  test('is the one in the container', async () => {
    await check({ [`/proc/7/root${hostKeyFile}`]: `ssh-ed25519 ${key.toString('base64')} root@demo\n` })
  })

  test('another, or none, is told with the next step', async () => {
    await expect(check({})).rejects.toThrow(
      `"demo" has no ${hostKeyFile} to know its sshd by (links are not followed). ` +
        'sshd makes it when it starts: c systemctl restart sshd',
    )
    await expect(check({ [`/proc/7/root${hostKeyFile}`]: 'ssh-ed25519 AAAA x\n' })).rejects.toThrow(
      /does not have its host key.*restart sshd: c systemctl restart sshd/,
    )
  })
})
