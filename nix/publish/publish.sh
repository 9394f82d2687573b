#!/bin/bash
# Published ports of a container: a socket unit each, and behind it a proxy in the container's network namespace.
#   publish.sh open                          makes the sockets; they wait for the container
#   publish.sh close                         removes them
#   publish.sh serve UNIT PROTOCOL ADDRESS PORT   becomes the proxy, with the socket as file 3
# From the unit: INSTANCE, PUBLISH (PROTOCOL/ADDRESS/PORT/CONTAINER_PORT ...), PUBLISH_UDP (the proxy's command for UDP).
set -euf

each() { # COMMAND
  local word protocol address port inner
  for word in $PUBLISH; do
    IFS=/ read -r protocol address port inner <<<"$word"
    "$1" "publish-$INSTANCE-$protocol-$port${address:+-${address//[^0-9a-f]/.}}"
  done
}

remove() {
  systemctl stop "$1.socket" "$1.service" 2>/dev/null || true
  systemctl reset-failed "$1.socket" "$1.service" 2>/dev/null || true
}

make() {
  local owner=container@$INSTANCE.service listen=ListenStream problem
  [[ $protocol == tcp ]] || listen=ListenDatagram
  # Left by a container that was killed together with its systemd's jobs.
  [[ ! -e /run/systemd/transient/$1.socket ]] || remove "$1"
  problem=$(systemd-run --quiet --collect --unit="$1" --description="Port $port of container $INSTANCE" \
    --socket-property="$listen=${address:+$address:}$port" --socket-property="BindsTo=$owner" \
    --property="BindsTo=$owner" --property="After=$owner" --property="Slice=machine.slice" \
    --setenv=PUBLISH_UDP="$PUBLISH_UDP" --setenv=PATH="$PATH" \
    "$BASH" "$0" serve "$owner" "$protocol" "$address" "$inner" 2>&1) && return
  echo "container '$INSTANCE': $protocol port ${address:+$address:}$port cannot be opened: another program of this" \
    "machine has it, or the address is not this machine's. Choose another for extra.publish (--publish).${problem:+ ($problem)}" >&2
  exit 78
}

serve() {
  local owner=$1 protocol=$2 address=$3 inner=$4 main own leader='' pid command family=4
  main=$(systemctl show --property=MainPID --value "$owner")
  own=$(readlink "/proc/$main/ns/pid")
  for pid in $(<"/proc/$main/task/$main/children"); do
    [[ $(readlink "/proc/$pid/ns/pid") == "$own" ]] || leader=$pid
  done
  if [[ $protocol == tcp ]]; then
    command=(/usr/lib/systemd/systemd-socket-proxyd "127.0.0.1:$inner")
    [[ -e ${command[0]} ]] || command[0]=/lib/systemd/systemd-socket-proxyd
    # On NixOS it is beside the other programs of systemd.
    [[ -e ${command[0]} ]] || command[0]=$(readlink -f "$(command -v systemctl)")/../../lib/systemd/systemd-socket-proxyd
  else
    [[ $address != *:* && ( -n $address || ! -e /proc/net/if_inet6 ) ]] || family=6
    # shellcheck disable=SC2206 # a program and its file, both without blanks
    command=($PUBLISH_UDP "$family" "$inner")
  fi
  exec nsenter --net="/proc/$leader/ns/net" -- \
    setpriv --reuid=65534 --regid=65534 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "${command[@]}"
}

case $1 in
  open) each make ;;
  close) each remove ;;
  serve) shift && serve "$@" ;;
esac
