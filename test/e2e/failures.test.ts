/** Where the machine or the container is at fault: status 1, what happened, and nothing left. */
import { describe, expect, test } from '@jest/globals'
import { ec, must, sh, startEc } from './harness/commands.ts'
import { hosts, testHost } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const definition = '{ containers.demo.config = {}; }'

describe.each(hosts)('on $name', (host) => {
  watchLeftovers(host)

  const shell = (text: string) => ec(host, ['shell', '-E', text, '--run', 'true'])

  test('a boot that fails shows the last lines that the container logged', async () => {
    const result = await shell('{ containers.demo = { extraFlags = [ "--bind=/no/such/folder" ]; config = {}; }; }')
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toContain('demo')
    expect(result.stderr).toContain('/no/such/folder')
    expect(result.stderr).not.toMatch(/^\s+at .*(node:|file:|\.mjs)/m)
  })

  test('a boot that hangs ends after timeoutStartSec', async () => {
    const hanging = `{
      containers.demo = {
        timeoutStartSec = "3s";
        config.systemd.services.hang = {
          wantedBy = [ "multi-user.target" ];
          before = [ "multi-user.target" ];
          serviceConfig.Type = "oneshot";
          script = "sleep 1000";
        };
      };
    }`
    const begin = Date.now()
    const result = await shell(hanging)
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/demo/)
    expect(result.stderr).toMatch(/time/i)
    expect(Date.now() - begin).toBeLessThan(30_000)
  })

  test('create --start of a container that does not boot installs nothing', async () => {
    const broken = '{ containers.demo = { extraFlags = [ "--bind=/no/such/folder" ]; config = {}; }; }'
    const result = await ec(host, ['create', '--start', '-E', broken])
    expect(result.status).toBe(1)
    expect(result.stderr).toContain('/no/such/folder')
    expect((await must(host, ['list'])).stdout).toBe('')
  })

  test('an address that the host has already', async () => {
    await sh(host, 'ip link add ec-taken type bridge; ip addr add 10.250.7.1/32 dev ec-taken')
    const result = await shell('{ containers.demo = { extra.addressPrefix = "10.250.7"; config = {}; }; }')
    await sh(host, 'ip link delete ec-taken')
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/10\.250\.7\.1[\s\S]*ec-taken/)
  })

  test('neither root nor sudo', async () => {
    // All programs but sudo.
    const setUp = 'mkdir /tmp/ec-test-bin; ln -s /usr/sbin/* /usr/bin/* /tmp/ec-test-bin/ 2>/dev/null || :'
    await sh(host, `${setUp}; rm -f /tmp/ec-test-bin/sudo`)
    const result = await host.start(
      [
        'setpriv',
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        `${host.root}/bin/extra-container`,
        'stop',
        'demo',
      ],
      { env: { PATH: '/tmp/ec-test-bin' }, cwd: '/' },
    ).finished
    await sh(host, 'rm -rf /tmp/ec-test-bin')
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/root/)
    expect(result.stderr).toMatch(/sudo/)
  })

  test('Nix is not installed', async () => {
    const setUp = 'mkdir /tmp/ec-test-bin; ln -s /usr/sbin/* /usr/bin/* /tmp/ec-test-bin/ 2>/dev/null || :'
    await sh(host, `${setUp}; rm -f /tmp/ec-test-bin/nix*`)
    const result = await ec(host, ['create', '-E', definition], { env: { PATH: '/tmp/ec-test-bin' } })
    await sh(host, 'rm -rf /tmp/ec-test-bin')
    expect(result).toMatchObject({ status: 1, stdout: '' })
    expect(result.stderr).toMatch(/nix/i)
    expect(result.stderr).toContain('util/install.sh')
  })

  test('a full disk in /var/cache does no harm', async () => {
    const script = `
      mount -t tmpfs -o size=4k tmpfs /var/cache
      cat /dev/zero >/var/cache/full 2>/dev/null || :
      exec "$EC" shell -E '${definition}' --run c hostname`
    const result = await host.start(['unshare', '--mount', '--propagation', 'private', 'bash', '-c', script], {
      env: { EC: `${host.root}/bin/extra-container` },
    }).finished
    expect(result).toMatchObject({ status: 0, stdout: 'demo\n' })
  })
})

describe('on a machine whose journald reads late', () => {
  watchLeftovers(testHost)

  test('what systemd-nspawn said last is shown', async () => {
    const journald = (signal: string) =>
      sh(testHost, `systemctl kill --kill-who=main --signal=${signal} systemd-journald`)
    await journald('STOP')
    const broken = '{ containers.demo = { extraFlags = [ "--bind=/no/such/folder" ]; config = {}; }; }'
    const command = startEc(testHost, ['shell', '-E', broken, '--run', 'true'])
    try {
      const failed = 'until [ "$(systemctl show -P ExecMainCode container@demo)" != 0 ]; do sleep 0.02; done'
      await sh(testHost, `timeout 20 sh -c '${failed}'`)
    } finally {
      await journald('CONT')
    }
    expect((await command.finished).stderr).toContain('/no/such/folder')
  })
})
