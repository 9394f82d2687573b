/**
 * What machines that LXC runs have on the host beside their units container@NAME.service: users and groups of their own,
 * bridges and what serves these. Their states, starts and stops are those of the units, as of any other kind.
 * nix/lxc/scripts does the work, which the units do too.
 */
import { OperationError } from '../host/errors.ts'
import type { MachineKind } from './kind.ts'
import { runIn } from './systemd.ts'

/** Those of the unit's PATH (nix/lxc/unit.nix). */
const folders = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/run/wrappers/bin',
  '/run/current-system/sw/bin',
]

export const lxc: MachineKind = {
  stateFolder: '/var/lib/lxc',
  rootBelow: '/rootfs',
  profileFolder: '/nix/var/nix/profiles/nixcloud-container',
  updatesInPlace: true,

  async requires(host, name, settings) {
    for (const program of ['lxc-start', 'newuidmap', ...(settings.has('NAT') ? ['dnsmasq', 'nft'] : [])]) {
      const found = await Promise.all(folders.map((folder) => host.files.exists(`${folder}/${program}`)))
      if (found.some(Boolean)) continue
      throw new OperationError(
        `Container "${name}" is run by LXC and needs ${program}, which is not installed. ` +
          'Run: util/install.sh --with lxc (on Debian: apt-get install lxc uidmap dnsmasq-base nftables)',
      )
    }
  },

  /** Gives root the users and groups that containers have, where it has none; says so where they are not the usual ones. */
  async installed(host) {
    const { exitCode, stderr } = await host.run('bash', [`${host.root}/nix/lxc/scripts/ids.sh`], { allowFailure: true })
    if (exitCode !== 0) throw new OperationError(stderr.trim())
    for (const line of stderr.split('\n')) if (line !== '') host.note(line)
  },

  /** What the host has for it, and what it has for the last one. */
  async removed(host, manager, name) {
    const command = [
      `INSTANCE=${name}`,
      `FORWARDING=${host.root}/nix/network/forwarding.sh`,
      'bash',
      `${host.root}/nix/lxc/scripts/stop.sh`,
      'destroy',
    ]
    await (manager.running() ? runIn(host, manager, 'env', command) : host.run('env', command))
  },
}
