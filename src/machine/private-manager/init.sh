#!/usr/bin/env bash
# First process of the private manager's namespaces: makes them ready for systemd and becomes it.
# Usage: init.sh STATE_FOLDER
set -euo pipefail

state=$1
here=${BASH_SOURCE[0]%/*}

fail() {
    echo "$1" >&2
    exit 1
}
trap 'fail "init.sh: line $LINENO failed"' ERR

# /proc is still the host's, so this is our PID there. Field 22 is the start time: with it a recycled PID is told apart.
read -ra stat < /proc/self/stat
echo "${stat[0]} ${stat[21]}" > "$state/pid"

# Without an id systemd takes this for a first boot of the host and would enable units in /etc.
machine_id=
if [[ -r /etc/machine-id ]]; then read -r machine_id </etc/machine-id || true; fi
if [[ ! $machine_id =~ ^[0-9a-f]{32}$ ]]; then
    read -r machine_id </proc/sys/kernel/random/uuid
    echo "${machine_id//-/}" >"$state/machine-id"
    [[ -e /etc/machine-id ]] || : >/etc/machine-id
    mount --bind "$state/machine-id" /etc/machine-id
fi

# The host's /run stays visible; only what belongs to a running systemd is our own. All mounts by one process, which
# passes over what it finds mounted already: /proc and the cgroups get sources that nothing else has.
for folder in systemd dbus log credentials; do
    [[ -d /run/$folder ]] || mkdir "/run/$folder"
done
{
    echo 'extra-container-proc /proc proc nosuid,nodev,noexec 0 0'
    # The kernel refuses cgroups right on top of cgroups, which most machines without cgroup v1 have there.
    echo 'extra-container-cgroup-base /sys/fs/cgroup tmpfs mode=755,nosuid,nodev,noexec 0 0'
    echo 'extra-container-cgroup /sys/fs/cgroup cgroup2 nosuid,nodev,noexec 0 0'
    echo '/run /run none rbind 0 0'
    # What containers get for /etc/resolv.conf where the host has a resolver of its own.
    resolve=/run/systemd/resolve
    if [[ ! -d $resolve ]]; then resolve=; fi
    if [[ $resolve ]]; then echo "$resolve $state/resolve none bind,X-mount.mkdir 0 0"; fi
    # The machine's own, and a place for our bus that it sees too: both for the names of containers.
    echo "/run $state/run none bind,X-mount.mkdir 0 0"
    echo "$state/dbus /run/dbus none bind 0 0"
    for folder in systemd log; do echo "tmpfs /run/$folder tmpfs mode=755,nosuid,nodev 0 0"; done
    # A child of systemd mounts a unit's credentials here, in a namespace of its own.
    echo 'tmpfs /run/credentials tmpfs mode=755,nosuid,nodev,shared 0 0'
    if [[ $resolve ]]; then echo "$state/resolve $resolve none bind,X-mount.mkdir 0 0"; fi
    for folder in system.conf.d journald.conf.d; do
        echo "${here//[[:space:]]/\\040}/$folder /run/systemd/$folder none bind,X-mount.mkdir 0 0"
    done
    for device in /dev/console /dev/kmsg; do
        if [[ -e $device ]]; then echo "/dev/null $device none bind 0 0"; fi
    done
} >"$state/fstab"
mount --all --fstab "$state/fstab"
echo $$ >/sys/fs/cgroup/cgroup.procs

for systemd in /usr/lib/systemd/systemd /lib/systemd/systemd ''; do
    if [[ -x $systemd ]]; then break; fi
done
if [[ ! $systemd ]]; then fail 'systemd is not installed. Run: util/install.sh'; fi

unit_path=/run/systemd/system.control:/run/systemd/transient:/run/systemd/system:$here/units:/etc/systemd-mutable/system
exec env -i PATH="$PATH" container=other \
    SYSTEMD_UNIT_PATH="$unit_path" \
    SYSTEMD_GENERATOR_PATH=/run/systemd/none SYSTEMD_ENVIRONMENT_GENERATOR_PATH=/run/systemd/none \
    "$systemd" --system --unit=extra-container.target --log-target=journal --show-status=no
