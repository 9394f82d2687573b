#!/bin/bash
# systemd-networkd on the host's side of containers' links.
#   networkd.sh join    before a container starts
#   networkd.sh leave   when it has stopped
#   networkd.sh again INTERFACE    when an interface has got the name that its file says
# From the unit: INSTANCE and NETWORK, the name of its file in /etc/systemd/network.
#
# Where the machine's own networkd does not run, because something else sets its interfaces up, one is started beside that,
# which sees the files of running containers and one that leaves all other interfaces alone.
set -eu
: "${INSTANCE:?}" "${NETWORK:?}"
state=/run/extra-container/networkd
unit=extra-container-networkd.service

fail() {
  echo "container '$INSTANCE': $*" >&2
  exit 78
}

# Beside the folder, which the last that leaves removes: who waits would have a lock that nobody else sees.
locks=/run/extra-container/locks
mkdir -p "$locks"
exec {lock}>>"$locks/networkd"
flock "$lock"
mkdir -p "$state/containers" "$state/network"

find_networkd() {
  local networkctl
  networkctl=$(readlink -f "$(type -P networkctl)") || networkctl=/usr/bin/networkctl
  for networkd in "${networkctl%/bin/*}/lib/systemd/systemd-networkd" /lib/systemd/systemd-networkd; do
    [[ ! -x $networkd ]] || return 0
  done
  fail "its network (network.veth) needs systemd-networkd, which this machine does not have. Install the package" \
    "systemd-networkd, or set network.veth.enable = false."
}

start_own() {
  local family properties=() capabilities='CAP_NET_ADMIN CAP_NET_BIND_SERVICE CAP_NET_BROADCAST CAP_NET_RAW'
  for family in ip ip6; do
    if [[ -e $state/translated.$family ]]; then continue; fi
    translated "$family" >"$state/translated.$family"
    # No table of systemd's: it is ours to remove.
    nft list tables "$family" 2>/dev/null | grep -q io.systemd.nat || : >"$state/own.$family"
  done
  printf '[Match]\nName=*\n\n[Link]\nUnmanaged=yes\n' >"$state/network/11-others.network"
  [[ ! -d /run/systemd/network ]] || properties+=(--property=TemporaryFileSystem=/run/systemd/network)
  # Without a writable /sys it does not wait for udev, which may not run. Sent away by the machine's own.
  systemd-run --quiet --collect --unit="$unit" --description='Network of containers' \
    --property=Type=notify --property=Slice=machine.slice --property=Conflicts=systemd-networkd.service \
    --property=Restart=on-failure --property=ReadOnlyPaths=/sys --property=RuntimeDirectory=systemd/netif \
    --property=User=systemd-network --property=AmbientCapabilities="$capabilities" \
    --property=CapabilityBoundingSet="$capabilities" \
    --property=BindReadOnlyPaths="$state/network:/etc/systemd/network" "${properties[@]}" \
    --setenv=PATH="$PATH" "$networkd" ||
    fail "its network needs systemd-networkd, which does not start. See: journalctl -u $unit"
}

join() {
  local start=
  : >"$state/containers/$INSTANCE"
  if systemctl --quiet is-active systemd-networkd.service; then
    networkctl reload || fail "systemd-networkd does not take its network. See: journalctl -u systemd-networkd"
    return
  fi
  find_networkd
  systemctl --quiet is-active "$unit" || start=1
  # What it has read already would be set up again, with other addresses.
  cmp -s "/etc/systemd/network/$NETWORK" "$state/network/$NETWORK" || {
    cp -L "/etc/systemd/network/$NETWORK" "$state/network/"
    [[ -n $start ]] || networkctl reload
  }
  [[ -z $start ]] || start_own
}

leave() {
  local left family
  rm -f "$state/containers/$INSTANCE"
  left=$(ls "$state/containers")
  [[ -z $left ]] || return 0
  systemctl stop "$unit" 2>/dev/null || true
  for family in ip ip6; do
    if [[ -e $state/translated.$family ]]; then forget_translated "$family"; fi
  done
  rm -rf "$state"
}

# The networks whose addresses are translated (IPMasquerade=), a line each.
translated() { # FAMILY
  { nft list set "$1" io.systemd.nat masq_saddr 2>/dev/null || true; } | tr -d ' \t\n' |
    sed -n 's/.*elements={\([^}]*\)}.*/\1\n/p' | tr ',' '\n'
}

# What networkd added: it takes nothing away when it ends. The table may be in use by others.
forget_translated() { # FAMILY
  local network
  for network in $(translated "$1" | grep -vxFf "$state/translated.$1"); do
    nft delete element "$1" io.systemd.nat masq_saddr "{ $network }" || true
  done
  if [[ -e $state/own.$1 ]] && ! nft list table "$1" io.systemd.nat 2>/dev/null | grep -q 'elements ='; then
    nft delete table "$1" io.systemd.nat 2>/dev/null || true
  fi
}

again() {
  local name
  name=$(ip -o link show dev "$1")
  name=${name#*: } name=${name%%[@:]*}
  # Set up again, it would get other addresses than the container has heard of.
  [[ $(networkctl --no-legend --no-pager list "$name") != *unmanaged* ]] || networkctl reconfigure "$name"
}

"$@"
