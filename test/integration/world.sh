#!/usr/bin/env bash
# Runs a command in a world of its own: empty folders where containers are installed, a store with fixtures, and stand-ins
# for the programs that would change the machine. Prints afterwards, on descriptor 3, every file that is left.
# Usage: unshare -m world.sh WORLD_FOLDER COMMAND [ARG...]
set -euo pipefail

export WORLD=$1
shift

for folder in /etc/systemd-mutable /etc/nixos-containers /var/lib/nixos-containers /var/lib/lxc /run/extra-container /run/systemd /nix/store \
    /nix/var/nix/db /nix/var/nix/gcroots/auto /nix/var/nix/profiles/extra-container /nix/var/nix/profiles/nixcloud-container \
    /nix/var/nix/profiles/per-container /nix/var/nix/gcroots/per-container; do
    mkdir -p "$folder"
    mount -t tmpfs tmpfs "$folder"
done
# The machine's own stay as they are: with a range in them nothing is added, nor taken away.
for file in /etc/subuid /etc/subgid; do
    if [[ ! -e $file ]]; then continue; fi
    echo root:100000:65536 > "$WORLD/${file##*/}"
    mount --bind "$WORLD/${file##*/}" "$file"
done
# Of LXC only whether it is there is asked, in the folders that the units search.
if ! type -P lxc-start newuidmap > /dev/null; then
    mount -t tmpfs tmpfs /usr/local/sbin
    for program in lxc-start newuidmap; do ln -s /bin/false "/usr/local/sbin/$program"; done
fi
# Without this the program would find, and end, the cgroup of a real private manager.
mount -t tmpfs tmpfs /sys/fs/cgroup
cp -a "$WORLD/store/." /nix/store
if [[ -x $WORLD/before ]]; then "$WORLD/before"; fi

# A live process stands in for the private manager; nsenter and what it would run are stand-ins too.
mkdir -p /run/extra-container/manager
sleep 600 3>&- &
manager=$!
read -ra stat < "/proc/$manager/stat"
echo "$manager ${stat[21]}" > /run/extra-container/manager/pid
touch /run/extra-container/manager/up

status=0
PATH="$(dirname "${BASH_SOURCE[0]}")/stand-ins:$PATH" "$@" 3>&- || status=$?
{ kill "$manager" && wait "$manager"; } 2>/dev/null || true

find /etc/systemd-mutable /etc/nixos-containers /var/lib/nixos-containers /var/lib/lxc /nix/var/nix/gcroots/auto /run/extra-container \
    -mindepth 1 ! -type d ! -path '*/locks/*' ! -path '*/manager/*' -printf '%p -> %l\n' | sort >&3
exit "$status"
