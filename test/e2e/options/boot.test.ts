/** autoStart, restartIfChanged and timeoutStartSec. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh, until } from '../harness/commands.ts'
import { hosts, reboot, testHost } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { pings } from '../harness/network.ts'

const definition = (options: string): string => `{ containers.test-boot = { config = { }; ${options} }; }`

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => {
    await ec(host, ['destroy', 'test-boot'])
  })
  watchLeftovers(host)

  const create = (options: string, flag = '--start') => must(host, ['create', flag, '-E', definition(options)])

  test('restartIfChanged = false: a change of its options waits for the next start', async () => {
    const cache = async () => (await must(host, ['run', 'test-boot', '--', 'sh', '-c', 'mountpoint /srv || :'])).stdout
    await create('restartIfChanged = false;')
    const { stderr } = await create('restartIfChanged = false; tmpfs = [ "/srv" ];')
    expect(stderr).toContain('test-boot runs with its earlier options (restartIfChanged = false).')
    expect(await cache()).toContain('is not')
    const again = await create('restartIfChanged = false; tmpfs = [ "/srv" ];')
    expect(again.stderr).toContain('test-boot runs with its earlier options (restartIfChanged = false).')
    await must(host, ['restart', 'test-boot'])
    const now = await create('restartIfChanged = false; tmpfs = [ "/srv" ];')
    expect(now.stderr).not.toContain('earlier options')
    expect(await cache()).toBe('/srv is a mountpoint\n')
  })

  test('options that were installed without a start are taken over by the next create --start', async () => {
    await create('')
    await must(host, ['create', '-E', definition('tmpfs = [ "/srv" ];')])
    const { stdout } = await create('tmpfs = [ "/srv" ];')
    expect(stdout).toBe('Installing containers:\ntest-boot (unchanged, skipped)\n\nRestarting containers:\ntest-boot\n')
    expect((await must(host, ['run', 'test-boot', '--', 'mountpoint', '/srv'])).stdout).toContain('is a mountpoint')
    expect((await create('tmpfs = [ "/srv" ];')).stdout).not.toContain('Restarting')
  })

  test('timeoutStartSec: a container that is not ready by then is stopped, and the option named', async () => {
    const hang = `config.systemd.services.hang = {
      wantedBy = [ "multi-user.target" ]; before = [ "multi-user.target" ];
      serviceConfig.Type = "oneshot"; script = "sleep 1000";
    };`
    const begun = Date.now()
    const { status, stderr } = await ec(host, [
      'create',
      '--start',
      '-E',
      `{ containers.test-boot = { timeoutStartSec = "2s"; ${hang} }; }`,
    ])
    expect(status).toBe(1)
    expect(stderr).toContain('it was not ready within 2s (option timeoutStartSec)')
    expect(Date.now() - begun).toBeLessThan(20_000)
  })
})

// The machine itself cannot be rebooted, and its private manager starts nothing by itself.
describe(`on ${testHost.name}`, () => {
  const host = testHost
  watchLeftovers(host)

  test('containers with autoStart are up after a reboot, others are not', async () => {
    const both = `{
      containers.test-boot = { autoStart = true; extra.addressPrefix = "10.231.10"; config.environment.etc.mark.text = "here"; };
      containers.test-off.config = { };
    }`
    await must(host, ['create', '--start', '-E', both])
    await must(host, ['run', 'test-boot', '--', 'sh', '-c', 'echo kept >/root/file; touch /run/volatile'])
    reboot()
    const inside = ['run', 'test-boot', '--', 'sh', '-c', 'cat /etc/mark /root/file; ls /run/volatile 2>&1 || :']
    const { stdout } = await until('the container is up', async () => {
      const result = await ec(host, inside)
      return result.status === 0 && result
    })
    expect(stdout).toMatch(/^herekept\n.*No such file/)
    expect(await pings(host, '10.231.10.2')).toBe(true)
    expect(await pings(host, '10.231.10.1', 'test-boot')).toBe(true)
    expect((await ec(host, ['status', 'test-off'])).stdout).toBe('down\n')

    await must(host, ['create', '-E', both.replace('autoStart = true;', '')])
    reboot()
    expect((await ec(host, ['status', 'test-boot'])).stdout).toBe('down\n')
    await must(host, ['destroy', 'test-boot', 'test-off'])
    expect(await sh(host, 'ls -A /etc/systemd-mutable/system /var/lib/nixos-containers')).not.toContain('test-')
  })
})
