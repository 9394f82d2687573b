/** The watch over leftovers itself: what the other tests rely on must see what is left behind. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ec, having, must, sh } from './harness/commands.ts'
import { hosts, testHost } from './harness/hosts.ts'
import { compare, destroyNew, isOfTests, look, nothing, script, settled } from './harness/leftovers.ts'

const cgroups = '"$(findmnt --noheadings --first-only --types cgroup2 --output TARGET)"'
const toggle = 'echo $((1 - $(</proc/sys/net/ipv4/ip_forward))) >/proc/sys/net/ipv4/ip_forward'

interface Thing {
  make: string
  undo: string
  seen: RegExp
  /** It needs systemd as PID 1. */
  systemd?: boolean
}

const things: Thing[] = [
  {
    make: 'mkdir -p /etc/systemd-mutable/system; ln -s /x /etc/systemd-mutable/system/container@ec-left.service',
    undo: 'rm /etc/systemd-mutable/system/container@ec-left.service',
    seen: /^unit: .*ec-left/,
  },
  {
    make: 'mkdir -p /etc/systemd/nspawn; touch /etc/systemd/nspawn/ec-left.nspawn',
    undo: 'rm /etc/systemd/nspawn/ec-left.nspawn',
    seen: /^network: .*ec-left/,
  },
  {
    make: 'mkdir -p /etc/nixos-containers; touch /etc/nixos-containers/ec-left.conf',
    undo: 'rm /etc/nixos-containers/ec-left.conf',
    seen: /^conf: .*ec-left/,
  },
  {
    make: 'mkdir -p /var/lib/nixos-containers/ec-left',
    undo: 'rmdir /var/lib/nixos-containers/ec-left',
    seen: /^state: .*ec-left/,
  },
  {
    make: 'ln -s /etc /nix/var/nix/gcroots/ec-left',
    undo: 'rm /nix/var/nix/gcroots/ec-left',
    seen: /^gcroot: .*ec-left/,
  },
  {
    make: 'mkdir -p /nix/var/nix/profiles/extra-container; ln -s /x /nix/var/nix/profiles/extra-container/ec-left-1-link',
    undo: 'rm /nix/var/nix/profiles/extra-container/ec-left-1-link',
    seen: /^profile: .*ec-left/,
  },
  {
    make: 'mkdir /tmp/extra-container-left',
    undo: 'rmdir /tmp/extra-container-left',
    seen: /^temporary: .*-left/,
  },
  {
    make: 'echo ec-left:900000:1 >>/etc/subuid',
    undo: 'sed -i /^ec-left:/d /etc/subuid',
    seen: /^ids: ec-left/,
  },
  {
    make: 'mkdir -p /run/extra-container; touch /run/extra-container/ec-left',
    undo: 'rm /run/extra-container/ec-left',
    seen: /^run: .*ec-left/,
  },
  {
    make: 'mkdir -p /run/credentials/container@ec-left.service',
    undo: 'rmdir /run/credentials/container@ec-left.service',
    seen: /^credential: .*ec-left/,
  },
  { make: 'ip link add ec-left type bridge', undo: 'ip link delete ec-left', seen: /^interface: .*ec-left/ },
  {
    make: 'ip address add 192.0.2.98/32 dev lo',
    undo: 'ip address delete 192.0.2.98/32 dev lo',
    seen: /^address: .*192\.0\.2\.98/,
  },
  {
    make: 'ip route add 192.0.2.97 dev lo',
    undo: 'ip route delete 192.0.2.97 dev lo',
    seen: /^route: .*192\.0\.2\.97/,
  },
  {
    make: 'ip netns add ec-left',
    undo: 'ip netns delete ec-left; if [[ ! $(ls /run/netns) ]]; then umount /run/netns && rmdir /run/netns; fi',
    seen: /^netns: .*ec-left/,
  },
  {
    make: 'iptables -t nat -A POSTROUTING -s 192.0.2.99 -j MASQUERADE',
    undo: 'iptables -t nat -D POSTROUTING -s 192.0.2.99 -j MASQUERADE',
    seen: /^iptables: .*192\.0\.2\.99/,
  },
  {
    make: 'ip6tables -A INPUT -s 2001:db8::99 -j DROP',
    undo: 'ip6tables -D INPUT -s 2001:db8::99 -j DROP',
    seen: /^ip6tables: .*2001:db8::99/,
  },
  { make: 'nft add table inet ec-left', undo: 'nft delete table inet ec-left', seen: /^nftables: .*ec-left/ },
  {
    make: 'mkdir /tmp/ec-left; mount -t tmpfs tmpfs /tmp/ec-left',
    undo: 'umount /tmp/ec-left; rmdir /tmp/ec-left',
    seen: /^mount: \/tmp\/ec-left/,
  },
  {
    make: 'setsid bash -c "exec -a extra-container.left sleep 1000" </dev/null >/dev/null 2>&1 &',
    undo: 'pkill --full "^extra-container.left"',
    seen: /^process: .*extra-container.left/,
  },
  {
    make: 'cp "$(type -P sleep)" /tmp/systemd-nspawn; setsid /tmp/systemd-nspawn 7655 </dev/null >/dev/null 2>&1 &',
    undo: 'pkill --full "^/tmp/systemd-nspawn 7655"; rm /tmp/systemd-nspawn',
    seen: /^process: .*systemd-nspawn 7655/,
  },
  {
    make: `mkdir ${cgroups}/container@ec-left.service`,
    undo: `rmdir ${cgroups}/container@ec-left.service`,
    seen: /^cgroup: .*ec-left/,
  },
  { make: toggle, undo: toggle, seen: /^forwarding: [01]$/ },
  {
    make: 'systemd-run --quiet --wait --unit=container@ec-left.service false || :',
    undo: 'systemctl reset-failed container@ec-left.service',
    seen: /^failed: .*ec-left/,
    systemd: true,
  },
  {
    make: `systemd-run --quiet --unit=ec-left.service sleep 1000
      busctl call org.freedesktop.machine1 /org/freedesktop/machine1 org.freedesktop.machine1.Manager RegisterMachine sayssus \
        ec-left 0 "" container "$(systemctl show --property=MainPID --value ec-left.service)" "" >/dev/null`,
    undo: 'systemctl stop ec-left.service; while machinectl list --no-legend | grep ec-left; do sleep 0.1; done',
    seen: /^machine: .*ec-left/,
    systemd: true,
  },
]

test('each kind of thing is among those that are made here', () => {
  const kinds = [...script.matchAll(/^ *things (\w+)/gm)].map(([, kind]) => kind)
  expect(kinds.length).toBeGreaterThan(20)
  expect([...new Set(things.map(({ seen }) => seen.source.slice(1).split(':')[0]))].sort()).toEqual(
    [...new Set(kinds)].sort(),
  )
})

describe.each(hosts)('on $name', (host) => {
  test.each(things.filter(({ systemd }) => !systemd || host === testHost))('$make', async ({ make, undo, seen }) => {
    const before = await look(host)
    await sh(host, make)
    const difference = compare(before, await look(host))
    await sh(host, undo)
    expect(difference['left behind']).toContainEqual(expect.stringMatching(seen))
    expect(await settled(host, before)).toEqual(nothing)
  })

  test('a program that is missing is told, and nothing compared', async () => {
    await having(
      host,
      'mount --bind /dev/null "$(realpath "$(type -P nft)")"',
      'umount "$(realpath "$(type -P nft)")"',
      async () => {
        await expect(look(host)).rejects.toThrow('nft')
      },
    )
  })

  test('containers that a test has left are destroyed, whatever is left of them', async () => {
    const before = await look(host)
    try {
      await must(host, ['create', '-E', '{ containers.demo.config = { }; }'])
      await must(host, ['create', '--start', '-E', '{ containers.np.config = { }; }'])
      await destroyNew(host, compare(before, await look(host)))
      expect(await settled(host, before)).toEqual(nothing)
      expect((await must(host, ['list'])).stdout).toBe('')
    } finally {
      for (const name of ['demo', 'np']) await ec(host, ['destroy', name])
    }
  })
})

test('all names that tests give are known', () => {
  const folder = join(import.meta.dirname, '.')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|nix)$/.test(file))
    .flatMap((file) => [...readFileSync(join(folder, file), 'utf8').matchAll(/\bcontainers\."?([\w-]+)(?![\w(-])/g)])
    .map(([, name = '']) => name)
  expect(names).toEqual(expect.arrayContaining(['demo', 'np', 'other', 't', 'test_with__underscores', 'web']))
  expect([...new Set(names)].filter((name) => !isOfTests(name))).toEqual([])
})
