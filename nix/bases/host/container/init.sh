#!/bin/bash
# The container's first process where it has interfaces of its own: sets them up, then becomes the system's init.
# Arguments: a file of `ip` commands, the interface to wait for, the init. Status 78: another start would fail too.
set -euf
# A stop that comes this early has no other way to end PID 1.
trap 'exit 0' SIGRTMIN+3
link=/sys/class/net/$2
ip -batch "$1" || exit 78

# There is a carrier when the host's end is up, too. The host removes the interface where it cannot set that up.
# A pipe that nobody writes to: reading it is a pause without a process.
exec {pause}<> <(:)
for ((attempt = 0; attempt < 3000; attempt++)); do
  [[ -d /sys/class/net ]] || break
  [[ -e $link ]] || exit 78
  carrier=
  { read -r carrier <"$link/carrier" || true; } 2>/dev/null
  [[ $carrier != 1 ]] || break
  read -rt 0.003 -u "$pause" || true
done
exec {pause}>&-
exec "$3"
