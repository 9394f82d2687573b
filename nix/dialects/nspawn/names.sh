#!/bin/bash
# Names of containers for this machine's nss-mymachines, where systemd is not its PID 1: the machined and the D-Bus of the
# private manager are not where programs of the machine look for them.
#   names.sh show    when a container has started
#   names.sh hide    when it has stopped
# src/machine/private-manager.ts removes what is left when the manager ends.
set -eu
: "${MACHINE:?}"
manager=/run/extra-container/manager
# The machine's own /run, see src/machine/private-manager/init.sh.
run=$manager/run
[[ -d $run ]] || exit 0
file=$run/systemd/machines/$MACHINE

show() {
  local bus=$run/dbus/system_bus_socket key value interfaces=
  mkdir -p "$run/dbus" "$run/systemd/machines"
  [[ -e $bus || -L $bus ]] || ln -s "$manager/dbus/system_bus_socket" "$bus"
  while IFS='=' read -r key value; do
    [[ $key != NETIF ]] || interfaces=$value
  done <"/run/systemd/machines/$MACHINE"
  # Its leader is not in it: that number means another process outside.
  [[ -e $file ]] || printf '# extra-container\nCLASS=container\nNETIF=%s\n' "$interfaces" >"$file"
}

hide() {
  local first=
  read -r first 2>/dev/null <"$file" || true
  [[ $first != '# extra-container' ]] || rm -f "$file"
}

"$1"
