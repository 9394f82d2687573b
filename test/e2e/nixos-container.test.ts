/** The life of a container by nixos-container's commands. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const name = 'test-nc'
const service = (mark: string) =>
  `environment.etc.mark.text = "${mark}"; users.users.root.initialPassword = "secret";
   systemd.services.other = { wantedBy = [ "multi-user.target" ]; script = "exec sleep 1000"; };`

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => {
    await ec(host, ['destroy', name])
    await ec(host, ['destroy', `${name}-0`])
    await sh(host, 'rm -rf /tmp/test-nc.nix; rmdir --ignore-fail-on-non-empty /etc/nixos-containers 2>/dev/null || :')
  })
  watchLeftovers(host)

  const nc = (...args: string[]) => host.start([`${host.root}/bin/nixos-container`, ...args]).finished
  const inside = async (script: string) => (await nc('run', name, '--', 'sh', '-c', script)).stdout
  const pid = () => inside('systemctl show --property MainPID other')

  test('create, start, run, update, login, status, list, destroy', async () => {
    expect(await nc('create', name, '--config', service('one'))).toMatchObject({ status: 0, stdout: '' })
    expect((await nc('list')).stdout).toContain(`${name}\n`)
    expect((await ec(host, ['list'])).stdout).toContain(`${name}\n`)
    expect(await nc('status', name)).toMatchObject({ status: 0, stdout: 'down\n' })
    expect(await nc('start', name)).toMatchObject({ status: 0 })
    expect(await nc('status', name)).toMatchObject({ status: 0, stdout: 'up\n' })
    expect(await inside('cat /etc/mark')).toBe('one')
    expect((await nc('run', name, '--', 'sh', '-c', 'exit 7')).status).toBe(7)
    expect((await nc('show-ip', name)).stdout).toMatch(/^10\.233\.\d+\.2\n$/)

    const before = await pid()
    expect(await nc('update', name, '--config', service('two'))).toMatchObject({ status: 0 })
    expect(await inside('cat /etc/mark')).toBe('two')
    await sh(
      host,
      `sed -i --follow-symlinks s/two/three/ /var/lib/nixos-containers/${name}/etc/nixos/configuration.nix`,
    )
    expect(await nc('update', name)).toMatchObject({ status: 0 })
    expect(await inside('cat /etc/mark')).toBe('three')
    expect(await pid()).toBe(before)
    expect(await sh(host, `ls /nix/var/nix/profiles/per-container/${name} | wc -l`)).toBe('4\n')

    const terminal = host.open([`${host.root}/bin/nixos-container`, 'login', name])
    await terminal.shows('login: ')
    terminal.type('root\r')
    await terminal.shows('Password: ')
    terminal.type('secret\r')
    await terminal.shows(/[#$] /)
    terminal.type('tty; hostname | tr a-z A-Z; exit\r')
    await terminal.shows(/\/dev\/pts\/\d/)
    await terminal.shows('TEST-NC')
    // "logout" stands on the screen, and the prompt of the next login: the connection ends by its keys.
    terminal.type('\x1d\x1d\x1d')
    await terminal.ended

    expect(await nc('terminate', name)).toMatchObject({ status: 0 })
    expect(await nc('status', name)).toMatchObject({ stdout: 'down\n' })
    expect(await nc('destroy', name)).toMatchObject({ status: 0 })
    expect(await nc('destroy', name)).toMatchObject({ status: 0 })
    expect(await nc('status', name)).toMatchObject({ status: 1, stdout: 'gone\n' })
  })

  test('a name that is taken, a file, ports, the network of the host', async () => {
    await sh(host, `printf '{ environment.etc.mark.text = "file"; }' >/tmp/test-nc.nix`)
    const made = await nc('create', name, '--config-file', '/tmp/test-nc.nix', '--port', '18080:80', '--auto-start')
    expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining('container IP is 10.233.') })
    const conf = await sh(host, `cat /etc/nixos-containers/${name}.conf`)
    expect(conf).toMatch(/^HOST_PORT=tcp:18080:80$/m)
    expect(conf).toMatch(/^AUTO_START=1$/m)
    expect(conf).toContain(`SYSTEM_PATH=/nix/var/nix/profiles/per-container/${name}/system`)
    expect(await nc('create', name)).toMatchObject({ status: 1, stderr: expect.stringContaining('already exists') })
    const other = await nc('create', name, '--ensure-unique-name', '--use-host-network')
    expect(other).toMatchObject({ status: 0, stdout: `${name}-0\n` })
    expect((await nc('show-ip', `${name}-0`)).status).toBe(1)
    await must(host, ['start', name])
    expect(await inside('cat /etc/mark')).toBe('file')
  })

  test('a configuration that is wrong leaves nothing, and keeps what runs', async () => {
    const wrong = 'services.no-such.enable = true;'
    expect(await nc('create', name, '--config', wrong)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('no-such'),
    })
    expect((await nc('list')).stdout).not.toContain(name)
    expect(await sh(host, `ls -d /nix/var/nix/profiles/per-container/${name} 2>/dev/null || :`)).toBe('')
  })
})
