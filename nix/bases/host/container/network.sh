#!/bin/bash
# The host's side of the container's interfaces, as soon as systemd-nspawn has made them: beside its start, so that
# services in the container have a network from the first on. Argument: the container's main process.
set -euf

# systemd-nspawn turns on controllers in the unit's cgroup, which the kernel allows only while no process is in it.
while IFS=: read -r hierarchy _ cgroup; do
  [[ $hierarchy == 0 && -e /sys/fs/cgroup/cgroup.controllers ]] || continue
  mkdir -p "/sys/fs/cgroup$cgroup/network"
  echo $$ >"/sys/fs/cgroup$cgroup/network/cgroup.procs"
done </proc/self/cgroup

# A pipe that nobody writes to: reading it is a pause without a process.
exec {pause}<> <(:)
for link in ${HOST_LINKS-}; do
  until [[ -e /sys/class/net/$link ]]; do
    [[ -e /proc/$1 ]] || exit 0
    read -rt 0.003 -u "$pause" || true
  done
done

# Interfaces of the host go back to it after the stop. The kernel deletes those that are not hardware with the container's
# network namespace, and systemd-nspawn gives them back from 257 on only, and not where it is killed: this keeps it.
keep_namespace() {
  local own child namespace folder=/run/extra-container/interfaces
  own=$(readlink /proc/self/ns/net)
  mkdir -p "$folder"
  : >"$folder/$INSTANCE"
  while [[ -e /proc/$1 ]]; do
    for child in $(<"/proc/$1/task/$1/children"); do
      # A child that has just ended has none: systemd-nspawn's first one ends early.
      namespace=$(readlink "/proc/$child/ns/net") || continue
      [[ $namespace != "$own" ]] || continue
      ! mount --bind "/proc/$child/ns/net" "$folder/$INSTANCE" || return 0
    done
    read -rt 0.003 -u "$pause" || true
  done
}
[[ -z ${INTERFACES-} ]] || keep_namespace "$1" 2>/dev/null

[[ -z ${HOST_LINKS-} ]] || ip -batch "$NETWORK_HOST" && exit 0
echo "container '$INSTANCE': its network could not be set up, see the line above." >&2
# The container's first process ends where its interface is gone.
for link in $HOST_LINKS; do ip link del dev "$link"; done
