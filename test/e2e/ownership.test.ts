/** What is not ours stays as it is; what the bash tool made is ours; hosts that run NixOS. Where systemd is PID 1. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, must, sh } from './harness/commands.ts'
import { testHost as host } from './harness/hosts.ts'
import { watchLeftovers } from './harness/leftovers.ts'

const marked = (mark: string) => `{ containers.demo.config.environment.etc.mark.text = "${mark}"; }`
const markOf = async () => (await must(host, ['run', 'demo', '--', 'cat', '/etc/mark'])).stdout

describe('ownership', () => {
  watchLeftovers(host)

  test('a container of the bash tool is listed, restarted, updated and destroyed', async () => {
    const built = (await must(host, ['build', '-E', marked('theirs')])).stdout.trim()
    const units = '/usr/lib/systemd/system'
    await sh(
      host,
      `ln -s $(realpath ${built}/etc/systemd/system/container@demo.service) ${units}/
       mkdir -p /etc/nixos-containers; ln -s $(realpath ${built}/etc/nixos-containers/demo.conf) /etc/nixos-containers/
       ln -s ${units}/container@demo.service /nix/var/nix/gcroots/auto/extra-container-demo
       ln -s /etc/nixos-containers/demo.conf /nix/var/nix/gcroots/auto/extra-container-demo.conf
       systemctl daemon-reload; systemctl start container@demo`,
    )
    expect((await must(host, ['list'])).stdout).toBe('demo\n')
    expect(await markOf()).toBe('theirs')
    await must(host, ['restart', 'demo'])
    const begun = () => sh(host, 'systemctl show -p ActiveEnterTimestampMonotonic container@demo')
    const before = await begun()
    const updated = await must(host, ['create', '--start', '-E', marked('ours')])
    expect(updated.stdout).toContain('Updating containers:\ndemo\n')
    expect(await markOf()).toBe('ours')
    expect(await begun()).toBe(before)
    expect(await sh(host, `ls ${units} | grep container@demo || :`)).toBe('')
    expect(await sh(host, 'systemctl show -p FragmentPath --value container@demo')).not.toContain('/usr/lib')
    await must(host, ['restart', 'demo'])
    await must(host, ['destroy', 'demo'])
  })

  test("a container of the host's configuration that runs is neither stopped nor changed", async () => {
    const unit = '/run/systemd/system/container@demo.service'
    await sh(
      host,
      `mkdir -p /etc/static/nixos-containers /etc/nixos-containers /var/lib/nixos-containers/demo
       echo data >/var/lib/nixos-containers/demo/data
       echo A=1 >/etc/static/nixos-containers/demo.conf
       ln -s /etc/static/nixos-containers/demo.conf /etc/nixos-containers/
       printf '[Service]\\nExecStart=sleep infinity\\n' >${unit}; systemctl daemon-reload; systemctl start container@demo`,
    )
    const look = () =>
      sh(
        host,
        `systemctl show -p MainPID container@demo; readlink -f /etc/nixos-containers/demo.conf; cat /var/lib/nixos-containers/demo/data`,
      )
    const before = await look()
    for (const args of [
      ['create', '--start', '-E', marked('x')],
      ['shell', '-E', marked('x'), '--run', 'true'],
      ['update', 'demo'],
      ['restart', 'demo'],
      ['stop', 'demo'],
      ['destroy', 'demo'],
    ]) {
      const result = await ec(host, args)
      expect(result.status).toBe(1)
      expect(result.stderr).toContain("belongs to this host's NixOS configuration")
      expect(await look()).toBe(before)
    }
    await must(host, ['destroy', '--all'])
    expect(await look()).toBe(before)
    await sh(
      host,
      `systemctl stop container@demo; rm -r ${unit} /etc/static /etc/nixos-containers/demo.conf /var/lib/nixos-containers/demo
       systemctl daemon-reload`,
    )
  })

  test('a machine of the same name that another program runs stays', async () => {
    await sh(
      host,
      `systemd-run --quiet --unit=ec-test-foreign systemd-nspawn --quiet --directory=/ --volatile=yes --machine=demo sleep infinity
       until machinectl show demo >/dev/null 2>&1; do sleep 0.1; done`,
    )
    const runs = () => sh(host, 'machinectl show -p Leader demo')
    const before = await runs()
    const started = await ec(host, ['create', '--start', '-E', marked('x')])
    expect(started).toMatchObject({ status: 1 })
    expect(started.stderr).toContain('"demo" cannot start: a machine of that name, run by machine-demo.scope')
    await must(host, ['create', '-E', marked('x')])
    await must(host, ['destroy', 'demo'])
    expect(await runs()).toBe(before)
    await sh(host, 'systemctl stop ec-test-foreign; while machinectl show demo >/dev/null 2>&1; do sleep 0.1; done')
  })
})

describe('a host that runs NixOS', () => {
  watchLeftovers(host)
  afterEach(() => sh(host, 'rm -rf /run/booted-system /run/current-system /usr/local/lib/systemd'))

  test('whose systemd does not search our folder: what to add to its configuration', async () => {
    await sh(host, 'mkdir /run/booted-system; echo 25.11 >/run/booted-system/nixos-version')
    const result = await ec(host, ['create', '--start', '-E', marked('x')])
    expect(result.status).toBe(1)
    expect(result.stderr).toContain('boot.extraSystemdUnitPaths = [ "/etc/systemd-mutable/system" ];')
    expect((await must(host, ['list'])).stdout).toBe('')
  })

  test('with containers where NixOS before 22.05 has them', async () => {
    await sh(
      host,
      `mkdir -p /run/booted-system /run/current-system/sw/bin /usr/local/lib/systemd /etc/systemd-mutable/system
       echo 21.11 >/run/booted-system/nixos-version
       echo '"/etc/containers"' >/run/current-system/sw/bin/nixos-container
       ln -s /etc/systemd-mutable/system /usr/local/lib/systemd/system`,
    )
    await must(host, ['create', '--start', '-E', marked('older')])
    expect(await markOf()).toBe('older')
    expect(await sh(host, 'ls /etc/containers /var/lib/containers')).toContain('demo.conf')
    expect(await sh(host, 'ls -d /etc/nixos-containers/* /var/lib/nixos-containers/* 2>/dev/null || :')).toBe('')
    await must(host, ['destroy', 'demo'])
    expect(await sh(host, 'ls -A /etc/containers /var/lib/containers')).not.toContain('demo')
  })
})
