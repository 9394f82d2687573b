#!/usr/bin/env bash
# The test host: a Debian 13 booted by systemd-nspawn, so that its systemd is PID 1 and its Nix store its own.
#   test-host.sh start OWNER_PID   boots one that ends with OWNER_PID; prints its init's PID and the folder of its files
#   test-host.sh reboot DIR        shuts it down and boots it again with the same files; its init's PID is in DIR/leader
#   test-host.sh stop DIR          ends it and removes its files
set -euo pipefail

cache=/var/cache/extra-container-test
# libdbi-perl: debootstrap does not resolve what nix-bin's dependencies only provide under another name.
packages=systemd,systemd-sysv,systemd-container,dbus,nodejs,nix-bin,libdbi-perl,busybox-static,util-linux,iproute2
packages+=,iptables,nftables,netcat-openbsd,curl,openssh-server,python3-minimal,sudo,procps,lxc,uidmap,dnsmasq-base
packages+=,libnss-mymachines,systemd-resolved
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)

# The tree is made once and only read afterwards.
make_tree() {
  local mirror
  mkdir -p "$cache/packages"
  exec 9>"$cache/lock"
  flock 9
  if [[ -e $tree ]]; then return; fi
  echo "Making the test host's files in $tree, about a minute" >&2
  rm -rf "$cache/new"
  mirror=${EXTRA_CONTAINER_TEST_MIRROR:-$(machine_mirror)}
  # Without a mirror debootstrap has its own.
  if ! debootstrap --cache-dir="$cache/packages" --variant=minbase --include="$packages" trixie "$cache/new" ${mirror:+"$mirror"} >"$cache/debootstrap.log" 2>&1; then
    tail -n 20 "$cache/debootstrap.log" >&2
    echo "debootstrap failed with ${mirror:-its own mirror}; all it said is in $cache/debootstrap.log." \
      "EXTRA_CONTAINER_TEST_MIRROR names another Debian mirror." >&2
    exit 1
  fi
  prepare_tree "$cache/new"
  rm -rf "$cache"/trixie-*
  mv "$cache/new" "$tree"
}

# Where this machine itself has Debian's packages from, of the kinds that debootstrap reads too. apt names only sources
# whose lists it has.
machine_mirror() {
  # shellcheck disable=SC2016  # apt fills it in.
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' 2>/dev/null |
    grep -Em 1 '^(https?|file):' || :
}

prepare_tree() {
  local unit
  rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/*
  rm -f "$1/etc/resolv.conf"
  : >"$1/etc/machine-id"
  mkdir -p "$1/opt/extra-container" "$1/etc/nix"
  printf 'build-users-group =\nsandbox = false\nsubstitute = false\n' >"$1/etc/nix/nix.conf"
  ln -s /opt/extra-container/bin/extra-container "$1/usr/local/bin/extra-container"
  grep -q mymachines "$1/etc/nsswitch.conf" || sed -i '/^hosts:/s/files/files mymachines/' "$1/etc/nsswitch.conf"
  # Services that need devices, or that only take time here. The resolver is for containers.
  for unit in systemd-modules-load systemd-udevd ssh systemd-logind ldconfig lxc lxc-net lxc-monitord systemd-resolved; do
    ln -sf /dev/null "$1/etc/systemd/system/$unit.service"
  done
}

# A tree made from other packages or prepared otherwise is not used again.
tree=$cache/trixie-$({ echo "$packages"; declare -f prepare_tree; } | sha256sum | head -c 12)

unified_cgroups() { findmnt --noheadings --first-only --types cgroup2 --output TARGET; }

start() {
  local owner=$1 dir cgroup pid leader=''
  make_tree 9>&-
  remove_stale
  dir=$(mktemp -d "$cache/host.XXXXXX")
  mkdir -p "$dir"/{upper,work,root}
  unified_cgroups >"$dir/cgroup"
  echo "$(<"$dir/cgroup")/extra-container-test-${dir##*.}" >"$dir/cgroup"
  echo "$tree" >"$dir/tree"
  launch "$dir"
  # Whatever becomes of the owner, the host goes with it.
  # shellcheck disable=SC2016
  setsid bash -c 'while kill -0 "$1" && [[ -e $3/pid ]]; do sleep 1; done; exec "$2" stop "$3"' - \
    "$owner" "$(realpath "${BASH_SOURCE[0]}")" "$dir" </dev/null >/dev/null 2>&1 9>&- &
  await_boot "$dir"
  nsenter --target "$(<"$dir/leader")" --all nix-store --init
  echo "$(<"$dir/leader") $dir"
}

launch() {
  local dir=$1 cgroup
  cgroup=$(<"$dir/cgroup")
  mkdir "$cgroup"
  # shellcheck disable=SC2016  # These variables are the inner shell's.
  setsid bash -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' - "$cgroup" \
    unshare --mount --pid --cgroup --fork --kill-child "${BASH_SOURCE[0]}" boot "$(<"$dir/tree")" "$dir" \
    </dev/null >"$dir/log" 2>&1 9>&- &
  echo "$!" >"$dir/pid"
}

await_boot() {
  local dir=$1 pid leader
  pid=$(<"$dir/pid")
  for _ in {1..300}; do
    leader=$(leader_of "$pid")
    if [[ $leader ]] && booted "$leader"; then
      mkdir -p "/proc/$leader/root/sys/fs/cgroup/tests"
      echo "$leader" >"$dir/leader"
      return
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "The test host did not boot:" >&2
  cat "$dir/log" >&2
  stop "$dir"
  exit 1
}

reboot() {
  local dir=$1
  nsenter --target "$(<"$dir/leader")" --all systemctl --no-block --job-mode=replace-irreversibly start reboot.target
  for _ in {1..300}; do
    kill -0 "$(<"$dir/pid")" 2>/dev/null || break
    sleep 0.1
  done
  remove_cgroup "$(<"$dir/cgroup")"
  launch "$dir"
  await_boot "$dir"
}

remove_cgroup() {
  for _ in {1..50}; do
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || :
    [[ -e $1 ]] || break
    sleep 0.1
  done
}

# Hosts whose owner and watch were killed together.
remove_stale() {
  local file
  for file in "$cache"/host.*/pid; do
    [[ ! -e $file ]] || kill -0 "$(<"$file")" 2>/dev/null || stop "${file%/pid}"
  done
}

# unshare -> systemd-nspawn -> the host's init
leader_of() {
  local nspawn
  nspawn=$(pgrep --parent "$1" || :)
  [[ ! $nspawn ]] || pgrep --parent "$nspawn" --oldest || :
}

booted() {
  local state
  state=$(nsenter --target "$1" --all systemctl is-system-running 2>/dev/null || :)
  [[ $state == running || $state == degraded ]]
}

boot() {
  mount --make-rslave /
  mount -t proc proc /proc
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
  # The host must be able to do to its own network and containers what a machine can.
  SYSTEMD_NSPAWN_API_VFS_WRITABLE=1 SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_SECCOMP=0 exec systemd-nspawn --quiet \
    --directory="$2/root" --machine=extra-container-test --register=no --keep-unit --boot --private-network \
    --capability=all --console=pipe --bind-ro="$repository:/opt/extra-container" --link-journal=no --resolv-conf=off \
    --timezone=off
}

stop() {
  local dir=$1
  [[ -e $dir/pid ]] || return 0
  kill -KILL "$(<"$dir/pid")" 2>/dev/null || :
  remove_cgroup "$(<"$dir/cgroup")"
  rm -rf --one-file-system "$dir"
}

case $1 in
  start) start "$2" ;;
  reboot) reboot "$2" ;;
  boot) boot "$2" "$3" ;;
  stop) stop "$2" ;;
esac
