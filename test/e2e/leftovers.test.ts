/** The watch over leftovers itself: what the other tests rely on must see what is left behind. */
import { describe, expect, test } from '@jest/globals'
import { sh } from './harness/commands.ts'
import { hosts } from './harness/hosts.ts'
import { compare, look } from './harness/leftovers.ts'

const things = [
  {
    make: 'mkdir -p /etc/systemd-mutable/system; ln -s /x /etc/systemd-mutable/system/container@ec-left.service',
    undo: 'rm /etc/systemd-mutable/system/container@ec-left.service',
    seen: /^unit: .*ec-left/,
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
  { make: 'ip link add ec-left type bridge', undo: 'ip link delete ec-left', seen: /^interface: .*ec-left/ },
  {
    make: 'iptables -t nat -A POSTROUTING -s 192.0.2.99 -j MASQUERADE',
    undo: 'iptables -t nat -D POSTROUTING -s 192.0.2.99 -j MASQUERADE',
    seen: /^iptables: .*192\.0\.2\.99/,
  },
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
]

describe.each(hosts)('on $name', (host) => {
  test.each(things)('$make', async ({ make, undo, seen }) => {
    const before = await look(host)
    await sh(host, make)
    const difference = compare(before, await look(host))
    await sh(host, undo)
    expect(difference['left behind']).toContainEqual(expect.stringMatching(seen))
    expect(compare(before, await look(host))).toEqual({ 'left behind': [], 'taken away': [] })
  })
})
