#!/bin/bash
# Names of a zone's containers for each other. Each has an /etc/hosts of its own, which the machine keeps in a folder that is
# bound into it: what its system says, and its neighbours. system.nix makes the link inside.
#   zone.sh join     before the container starts
#   zone.sh show     when it has started, and its neighbours may know its addresses
#   zone.sh update   when its system has changed
#   zone.sh leave    when it has stopped
# From the unit: INSTANCE, MACHINE, ZONE, ZONE_NAMES, DHCP, and from the conf SYSTEM_PATH. `update` is also called by
# src/container/update.ts, with INSTANCE, ZONE and SYSTEM_PATH alone.
set -eu
shopt -s nullglob
umask 022
: "${INSTANCE:?}" "${ZONE:?}"
zones=/run/extra-container/zones
# A folder for each container: `own` is what its system says, `addresses` its lines for the others, `bound` what it sees.
zone=$zones/$ZONE
own=$zone/$INSTANCE

mkdir -p "$zones"
exec {lock}<"$zones"

addresses() { # prints what its interface has, IPv4 first
  local leader='' key value family address rest
  while IFS="=" read -r key value; do
    [[ $key != LEADER ]] || leader=$value
  done <"/run/systemd/machines/$MACHINE"
  nsenter --target "$leader" --net ip -o address show dev host0 scope global | sort -k 3,3 |
    while read -r _ _ family address rest; do
      [[ " $rest " == *" tentative "* || " $rest " == *" deprecated "* ]] || echo "$family ${address%/*}"
    done
}

# With a lease there is an IPv4 address soon. Else the container may have any, or none.
await_addresses() {
  local found='' limit=20 tries
  [[ -n ${DHCP-} ]] || limit=2
  for ((tries = 0; tries < limit * 10; tries++)); do
    found=$(addresses) || return 0
    [[ $found != 'inet '* ]] || break
    sleep 0.1
  done
  [[ -n $found ]] || echo "container '$INSTANCE': it has no address after $limit s, by which zone '$ZONE' could know it" >&2
  echo "$found"
}

read_own() {
  local system
  system=$(readlink -e "${SYSTEM_PATH:?}") || return 0
  cat "$system/etc/hosts" >"$own/own" 2>/dev/null || : >"$own/own"
}

write() { # FOLDER
  local other
  {
    # A start that was killed may not have got that far.
    cat "$1/own" 2>/dev/null || :
    for other in "$zone"/*/addresses; do
      [[ $other -ef $1/addresses ]] || cat "$other"
    done
  } >"$1/hosts"
  # In one step, for who reads it.
  mv "$1/hosts" "$1/bound/hosts"
}

write_all() {
  local member
  for member in "$zone"/*; do
    # Left by a manager that was killed.
    if [[ -e $member/machine && ! -e /run/systemd/machines/$(<"$member/machine") ]]; then rm -rf "$member"; fi
  done
  for member in "$zone"/*; do write "$member"; done
}

join() {
  rm -rf "$own"
  mkdir -p "$own/bound"
  read_own
  write_all
}

show() {
  local found family address
  # Its neighbours' scripts need not wait.
  flock --unlock "$lock"
  found=$(await_addresses)
  flock "$lock"
  while read -r family address; do
    [[ -z $family ]] || echo "$address $ZONE_NAMES"
  done <<<"$found" >"$own/addresses"
  echo "$MACHINE" >"$own/machine"
  write_all
}

update() {
  read_own
  write "$own"
}

leave() {
  rm -rf "$own"
  write_all
  rmdir "$zone" 2>/dev/null || true
}

flock "$lock"
"$1"
