/** A container that runs containers of its own. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh } from '../harness/commands.ts'
import { hosts } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => {
    await ec(host, ['destroy', 'test-outer'])
  })
  watchLeftovers(host)

  const outer = `{ containers.test-outer = {
    extra.addressPrefix = "10.231.20"; bindMounts."${host.root}" = { }; config = { };
  }; }`
  const inner = `{ containers.test-inner = {
    extra.addressPrefix = "10.231.21"; autoStart = true;
    config.environment.etc.mark.text = "inner";
  }; }`
  const inOuter = (...args: string[]) =>
    must(host, ['run', 'test-outer', '--', `${host.root}/bin/extra-container`, ...args])

  test('the inner container starts, answers, comes back with the outer one, and goes with it', async () => {
    const built = (await must(host, ['build', '-E', inner])).stdout.trim()
    await must(host, ['create', '--start', '-E', outer])
    await inOuter('create', '--start', built)
    expect((await inOuter('list')).stdout).toBe('test-inner\n')
    expect((await inOuter('run', 'test-inner', '--', 'cat', '/etc/mark')).stdout).toBe('inner')
    expect((await inOuter('run', 'test-inner', '--', 'cat', '/sys/class/net/eth0/carrier')).stdout).toBe('1\n')
    expect((await must(host, ['list'])).stdout).not.toContain('test-inner')
    expect(await sh(host, 'ip -brief link')).not.toContain('test-inner')

    await must(host, ['restart', 'test-outer'])
    await must(host, ['run', 'test-outer', '--', 'systemctl', 'is-system-running', '--wait'])
    expect((await inOuter('status', 'test-inner')).stdout).toBe('up\n')

    await inOuter('destroy', 'test-inner')
    expect((await inOuter('list')).stdout).toBe('')
    await inOuter('create', '--start', built)
    await must(host, ['destroy', 'test-outer'])
    expect(await sh(host, 'pgrep -af "machine=test-(inner|outer)" | grep -v pgrep || :')).toBe('')
  })
})
