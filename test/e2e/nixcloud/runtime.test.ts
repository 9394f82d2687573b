/** What LXC makes of nixcloud's containers: users, system and networks; what is left of them. */
import { afterEach, describe, expect, test } from '@jest/globals'
import { ec, having, must, sh, until } from '../harness/commands.ts'
import { hosts, reboot, type TestHost, testHost } from '../harness/hosts.ts'
import { watchLeftovers } from '../harness/leftovers.ts'
import { withPeer } from '../harness/network.ts'

const a = 'test-nc-a'
const b = 'test-nc-b'

async function nixcloud(host: TestHost, ...args: string[]) {
  const result = await host.start([`${host.root}/bin/nixcloud-container`, ...args]).finished
  if (result.status !== 0) throw new Error(`Exit status ${result.status} of ${args.join(' ')}\n${result.stderr}`)
  return result
}

/** Creates and starts a container from the text of its definition. */
async function up(host: TestHost, name: string, definition: string) {
  const file = `/tmp/${name}.nix`
  await host.start(['tee', file], { input: definition }).finished
  const { stderr } = await nixcloud(host, 'create', name, file)
  await nixcloud(host, 'start', name)
  await sh(host, `rm ${file}`)
  return stderr
}

const inside = async (host: TestHost, name: string, script: string) =>
  (await must(host, ['run', name, '--', 'sh', '-euc', script])).stdout.trim()

/** "NAME: ADDRESS" by DHCP. */
const leased = (host: TestHost, name: string) =>
  until(`${name} has an address on internet`, async () => {
    const text = await inside(host, name, 'ip -oneline -4 address show internet')
    return /inet (10\.202\.\d+\.\d+)\/16/.exec(text)?.[1]
  })

describe.each(hosts)('on $name', (host) => {
  afterEach(async () => {
    await ec(host, ['destroy', a])
    await ec(host, ['destroy', b])
  })
  watchLeftovers(host)

  test('two containers: not root on the host, running, and on their ways to the host, to each other and out', async () => {
    const definition = `${host.root}/test/e2e/nixcloud/internet.nix`
    const name = 'echo 198.51.100.2 world.example >>/etc/hosts'
    const keep = 'cp /etc/hosts /tmp/hosts.before'
    const restore = 'cat /tmp/hosts.before >/etc/hosts; rm /tmp/hosts.before'
    // Rules of the machine that drop what is not let through, by both of its tools.
    const drop = `
      nft 'table inet test-filter {
        chain input { type filter hook input priority 0; iifname "brNC-internet" drop; };
        chain forward { type filter hook forward priority 0; iifname "brNC-internet" drop; };
      }'
      for chain in INPUT FORWARD; do iptables -A $chain -i brNC-internet -j DROP; done`
    const undrop = `
      nft delete table inet test-filter
      for chain in INPUT FORWARD; do iptables -D $chain -i brNC-internet -j DROP; done`
    const before = `${keep}; ${name}; echo 0 >/proc/sys/net/ipv4/ip_forward; ${drop}`
    await having(host, before, `${restore}; ${undrop}`, () =>
      withPeer(host, async () => {
        for (const one of [a, b]) await nixcloud(host, 'create', one, definition)
        await Promise.all([a, b].map((one) => nixcloud(host, 'start', one)))

        for (const one of [a, b]) {
          expect(await inside(host, one, 'systemctl is-system-running')).toBe('running')
          expect(await inside(host, one, 'stat -c "%a %U %n" ~')).toBe('700 root /root')
          for (const folder of ['/usr', '/nix/store']) {
            const write = await ec(host, ['run', one, '--', 'touch', `${folder}/test-written`])
            expect(write).toMatchObject({ status: 1, stderr: expect.stringContaining('Read-only file system') })
          }
          await inside(host, one, 'touch /var/lib/roots; su -s /bin/sh alice -c "touch ~/hers"')
        }
        const first = Number(await sh(host, 'sed -n "s/^root:\\([0-9]*\\):.*/\\1/p" /etc/subuid'))
        expect(first).toBeGreaterThanOrEqual(100_000)
        const owners = await sh(host, `cd /var/lib/lxc/${a}/rootfs; stat -c %u var/lib/roots home/alice/hers`)
        expect(owners).toBe(`${first}\n${first + 1000}\n`)
        const users = await sh(host, `ps -eo uid:1,cmd | grep '[n]c -lN 8080'`)
        expect(users.trim().split('\n')).toEqual([`${first} nc -lN 8080`, `${first} nc -lN 8080`])

        const addresses = await Promise.all(
          [a, b].map(async (one) => (await nixcloud(host, 'show-ip', one)).stdout.trim()),
        )
        expect(addresses).toEqual(['10.101.0.2', '10.101.0.3'])
        expect(await sh(host, 'nc -w 5 10.101.0.2 8080 </dev/null')).toBe(`I am ${a} at 10.101.0.2\n`)
        expect(await inside(host, a, 'nc -w 5 10.101.0.3 8080 </dev/null')).toBe(`I am ${b} at 10.101.0.3`)
        await sh(host, 'echo the host | nc -lN 10.101.0.1 8081 >/dev/null 2>&1 &')
        expect(await inside(host, b, 'nc -w 5 10.101.0.1 8081 </dev/null')).toBe('the host')

        const leases = await Promise.all([a, b].map((one) => leased(host, one)))
        expect(new Set(leases).size).toBe(2)
        for (const one of [a, b]) {
          expect(await inside(host, one, 'curl -4 --http0.9 -sS --max-time 5 http://world.example:8080')).toBe(
            '198.51.100.1',
          )
        }

        await nixcloud(host, 'stop', a)
        await nixcloud(host, 'start', a)
        expect(await leased(host, a)).toBe(leases[0])
        expect(await inside(host, a, 'curl -4 --http0.9 -sS --max-time 5 http://world.example:8080')).toBe(
          '198.51.100.1',
        )

        await nixcloud(host, 'terminate', a)
        expect(await sh(host, 'cat /run/extra-container/lxc/leases')).not.toContain(leases[0])
        expect(await inside(host, b, 'curl -4 --http0.9 -sS --max-time 5 http://world.example:8080')).toBe(
          '198.51.100.1',
        )

        await must(host, ['destroy', b])
        expect(await sh(host, 'ip -oneline link')).not.toContain('brNC')
        expect(await sh(host, 'nft list ruleset')).not.toMatch(/container@|10\.202/)
        expect(await sh(host, 'cat /proc/sys/net/ipv4/ip_forward')).toBe('0\n')
        expect(await sh(host, 'grep -c ^root: /etc/subuid')).toBe('1\n')
        await must(host, ['destroy', a])
        expect(await sh(host, 'cat /etc/subuid /etc/subgid')).not.toContain('root:')
      }),
    )
  })

  test('another bridge and a fixed address; a range of ids that is somebody else’s; a reboot from inside', async () => {
    const bridge =
      'ip link add test-nc-br type bridge; ip link set test-nc-br up; ip addr add 10.240.0.1/20 dev test-nc-br'
    const taken = 'echo somebody:100000:65536 >>/etc/subuid'
    const undo = 'ip link del test-nc-br; sed -i /^somebody:/d /etc/subuid'
    await having(host, `${bridge}; ${taken}`, undo, async () => {
      const said = await up(
        host,
        a,
        '{ network = { bridge = "test-nc-br"; ip = "10.240.3.7"; }; lxcExtraConfig = "lxc.prlimit.nofile = 1023"; configuration = { }; }',
      )
      expect(said).toContain('The ids from 100000 belong to somebody in /etc/subuid.')
      expect(said).toContain('Containers get the ids from 165536 to 231071')
      expect(await sh(host, `stat -c %u:%g /var/lib/lxc/${a}/rootfs`)).toBe('165536:165536\n')
      expect(await inside(host, a, 'ip -oneline -4 address show hostonly')).toContain('inet 10.240.3.7/20 ')
      expect(await sh(host, 'ip -oneline link')).not.toContain('brNC')

      expect(await inside(host, a, 'grep "Max open files" /proc/1/limits')).toMatch(/ 1023 /)

      const boot = await inside(host, a, 'cat /proc/sys/kernel/random/boot_id /etc/machine-id; touch /run/volatile')
      await ec(host, ['run', a, '--', 'systemctl', 'reboot'])
      await until('it is up again', async () => {
        const { status } = await ec(host, [
          'run',
          a,
          '--',
          'sh',
          '-c',
          'systemctl is-system-running && ! test -e /run/volatile',
        ])
        return status === 0
      })
      expect(await inside(host, a, 'cat /etc/machine-id')).toBe(boot.split('\n')[1])
      expect((await ec(host, ['status', a])).stdout).toBe('up\n')
    })
  })

  test.each([
    ['that interfaces choose of', 'fd31:202::1/64'],
    ['that is given out', 'fd31:202::1/80'],
  ])('an IPv6 address %s', async (_, address) => {
    const write = `mkdir -p /etc/extra-container; echo IPV6_ADDRESS=${address} >/etc/extra-container/nixcloud.conf`
    await having(host, write, 'rm -r /etc/extra-container', async () => {
      await up(host, a, '{ network.enableNat = true; configuration = { }; }')
      await until('it has an address', async () =>
        /inet6 fd31:202:/.test(await inside(host, a, 'ip -oneline -6 address show internet')),
      )
      await sh(host, 'echo the host | nc -lN fd31:202::1 8081 >/dev/null 2>&1 &')
      expect(await inside(host, a, 'nc -w 5 fd31:202::1 8081 </dev/null')).toBe('the host')
      expect(await inside(host, a, 'ip -6 route show default')).toContain('dev internet')
    })
    await must(host, ['destroy', a])
  })
})

// The machine itself cannot be rebooted, and its private manager starts nothing by itself.
describe(`on ${testHost.name}`, () => {
  const host = testHost

  afterEach(async () => {
    await ec(host, ['destroy', a])
    await ec(host, ['destroy', b])
  })
  watchLeftovers(host)

  test('autostart: with machines.target, and after a reboot, before which it is shut down in order', async () => {
    const witness = `systemd.services.witness = {
      wantedBy = [ "multi-user.target" ];
      serviceConfig = { Type = "oneshot"; RemainAfterExit = true; ExecStop = "/bin/sh -c 'sleep 1; date >>/var/lib/stopped'"; };
      script = ":";
    };`
    await up(host, a, `{ autostart = true; configuration = { ${witness} }; }`)
    await up(host, b, '{ configuration = { }; }')
    const bootId = () => inside(host, a, 'cat /proc/sys/kernel/random/boot_id')
    const before = await bootId()
    await sh(host, 'systemctl restart machines.target')
    expect(await bootId()).not.toBe(before)
    await inside(host, a, 'rm /var/lib/stopped')
    reboot()
    await until(`${a} is up`, async () => (await ec(host, ['status', a])).stdout === 'up\n')
    expect((await inside(host, a, 'cat /var/lib/stopped')).split('\n')).toHaveLength(1)
    expect((await ec(host, ['status', b])).stdout).toBe('down\n')
    expect(await sh(host, 'systemctl show -p After container@test-nc-a')).toContain('network.target')
    await must(host, ['destroy', a, b])
    expect(await sh(host, 'ip -oneline link; ls -A /var/lib/lxc /etc/systemd-mutable/system')).not.toMatch(
      /test-nc|brNC/,
    )
  })
})
