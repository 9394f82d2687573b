/** Which Debian package holds a program that this one starts. */
const packages: Readonly<Record<string, string>> = {
  'systemd-nspawn': 'systemd-container',
  machinectl: 'systemd-container',
  systemctl: 'systemd',
  journalctl: 'systemd',
  busctl: 'systemd',
  'nix-build': 'nix-bin',
  'nix-store': 'nix-bin',
  'nix-instantiate': 'nix-bin',
  'nix-env': 'nix-bin',
  nix: 'nix-bin',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  flock: 'util-linux',
  umount: 'mount',
  mount: 'mount',
  script: 'bsdutils',
  ip: 'iproute2',
  iptables: 'iptables',
  nft: 'nftables',
  chattr: 'e2fsprogs',
  'ssh-keygen': 'openssh-client',
  ssh: 'openssh-client',
  'dbus-daemon': 'dbus-daemon',
  sudo: 'sudo',
}

/** The package's name; undefined for a program that the table does not have. */
export const packageOf = (file: string): string | undefined => packages[file.slice(file.lastIndexOf('/') + 1)]
