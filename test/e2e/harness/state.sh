#!/bin/bash
# Prints all that a container could leave on a machine, one thing a line, each line beginning with its kind.

things() { # KIND COMMAND...: a kind and each line of a command's output
  local kind=$1
  shift
  "$@" 2>/dev/null | sed "s|^|$kind: |"
}

files() { find "$@" ! -type d -printf '%p -> %l\n'; }

things unit files /etc/systemd-mutable /usr/local/lib/systemd /etc/systemd/system /run/systemd/system '(' -name '*container*' -o -name 'systemd-nspawn@*' ')'
things network files /etc/systemd/nspawn /etc/systemd/network
things conf files /etc/nixos-containers /etc/containers
# nix-build's own roots are links to its temporary folder, dead at once and collected with the garbage.
# gcroots/profiles is part of the store: Nix makes it when it first builds.
things gcroot files /nix/var/nix/gcroots ! -xtype l ! -path /nix/var/nix/gcroots/profiles
things profile files /nix/var/nix/profiles
things state find /var/lib/nixos-containers /var/lib/containers /var/lib/lxc /var/lib/machines -mindepth 1 -maxdepth 1
# The keys of --ssh are kept.
things temporary find /tmp /var/tmp -maxdepth 1 -name '*extra-container*' ! -name extra-container-ssh
things ids cat /etc/subuid /etc/subgid
things run find /run/extra-container ! -type d ! -path '*/locks/*'
things credential find /run/credentials -mindepth 1 -name 'container@*'
things interface sh -c "ip -json link | tr -d '\"' | grep -o 'ifname:[^,]*'"
things address sh -c 'ip -oneline address | sed -E "s/ +/ /g; s/ (scope|valid_lft|brd|tentative|metric) .*//"'
things route ip route show table all type unicast
things netns find /run/netns -mindepth 1
things iptables sh -c 'iptables-save | grep -E "^-A|^:[^ ]+ -"'
things ip6tables sh -c 'ip6tables-save | grep -E "^-A|^:[^ ]+ -"'
things nftables sh -c 'nft list tables | grep -vE " (filter|nat|mangle|raw|security)$"'
things mount cut -d ' ' -f 5 /proc/self/mountinfo
things process pgrep --list-full 'systemd-nspawn|systemd-machined|^systemd$|lxc-start|dnsmasq'
things process pgrep --list-full --full 'extra-container[ ./]' 
things cgroup find /sys/fs/cgroup -type d '(' -name '*container@*' -o -name 'machine-*.scope' -o -name 'extra-container' ')'
things forwarding cat /proc/sys/net/ipv4/ip_forward
if [[ -d /run/systemd/system && $(</proc/1/comm) == systemd ]]; then
  things failed systemctl list-units --failed --plain --no-legend 'container@*'
  things machine machinectl list --no-legend
fi
