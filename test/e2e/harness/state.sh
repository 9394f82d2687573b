#!/bin/bash
# Prints all that a container could leave on a machine, one thing a line, each line beginning with its kind. Fails where it
# cannot look: nothing seen would be nothing left.
set -euo pipefail

fail() {
  echo "state.sh: $*" >&2
  exit 1
}

for program in find sed grep cut ip iptables-save ip6tables-save nft pgrep; do
  type -P "$program" >/dev/null || fail "$program is missing, and what it shows would not be compared. Run: util/install/tests.sh"
done

things() { # KIND COMMAND...: a kind and each line of a command's output
  local kind=$1 output
  shift
  output=$("$@") || fail "$kind: exit status $? of: $*"
  [[ ! $output ]] || printf '%s\n' "$output" | sed "s|^|$kind: |"
}

# find, which complains of places that are not there, and of what goes while it looks.
found() { find "$@" 2>/dev/null || :; }
files() { found "$@" ! -type d -printf '%p -> %l\n'; }
# grep and pgrep, which fail with 1 where there is nothing.
none_too() { "$@" || [[ $? == 1 ]]; }
# Without those that have ended: if a process of ours has not reaped them, that one is listed.
processes() { none_too pgrep --list-full "$@" | sed '/<defunct>$/d'; }
interfaces() { ip -json link | tr -d '"' | grep -o 'ifname:[^,]*'; }
addresses() { ip -oneline address | sed -E 's/ +/ /g; s/ (scope|valid_lft|brd|tentative|metric) .*//'; }
rules() { "$1" | none_too grep -E '^-A|^:[^ ]+ -'; }
tables() { nft list tables | none_too grep -vE ' (filter|nat|mangle|raw|security)$'; }

things unit files /etc/systemd-mutable /usr/local/lib/systemd /etc/systemd/system /run/systemd/system '(' -name '*container*' -o -name 'systemd-nspawn@*' ')'
things network files /etc/systemd/nspawn /etc/systemd/network
things conf files /etc/nixos-containers /etc/containers
# nix-build's own roots are links to its temporary folder, dead at once and collected with the garbage.
# gcroots/profiles is part of the store: Nix makes it when it first builds.
things gcroot files /nix/var/nix/gcroots ! -xtype l ! -path /nix/var/nix/gcroots/profiles
things profile files /nix/var/nix/profiles
things state found /var/lib/nixos-containers /var/lib/containers /var/lib/lxc /var/lib/machines -mindepth 1 -maxdepth 1
# The keys of --ssh are kept.
things temporary found /tmp /var/tmp -maxdepth 1 -name '*extra-container*' ! -name extra-container-ssh
things ids cat /etc/subuid /etc/subgid
things run found /run/extra-container ! -type d ! -path '*/locks/*'
things credential found /run/credentials -mindepth 1 -name 'container@*'
things interface interfaces
things address addresses
things route ip route show table all type unicast
things netns found /run/netns -mindepth 1
things iptables rules iptables-save
things ip6tables rules ip6tables-save
things nftables tables
things mount cut -d ' ' -f 5 /proc/self/mountinfo
# Not systemd-machined: it comes and goes by itself.
things process processes 'systemd-nspawn|^systemd$|lxc-start|dnsmasq'
things process processes --full 'extra-container[ ./]'
things cgroup found /sys/fs/cgroup -type d '(' -name '*container@*' -o -name 'machine-*.scope' -o -name 'extra-container' ')'
things forwarding cat /proc/sys/net/ipv4/ip_forward
if [[ -d /run/systemd/system && $(</proc/1/comm) == systemd ]]; then
  things failed systemctl list-units --failed --plain --no-legend 'container@*'
  things machine machinectl list --no-legend
fi
