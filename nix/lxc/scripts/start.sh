#!/bin/bash
# The main process of a nixcloud container's unit: makes its ids, root folder and networks ready and becomes lxc-start.
# The environment comes from the unit (../unit.nix), from /etc/nixos-containers/NAME.conf and from
# /etc/extra-container/nixcloud.conf.
set -euf
umask 022
here=${BASH_SOURCE[0]%/*}
: "${INSTANCE:?}" "${SYSTEM_PATH:?}" "${HOST_BRIDGE:?}" "${LOCAL_ADDRESS:?}" "${LINK:?}" "${MAC:?}"
state=/var/lib/lxc/$INSTANCE
root=$state/rootfs

# Status 78: another start would fail too.
fail() {
  echo "container '$INSTANCE': $*" >&2
  exit 78
}

needed=(lxc-start newuidmap newgidmap)
[[ -z ${NAT-} ]] || needed+=(dnsmasq nft)
for program in "${needed[@]}"; do
  type -P "$program" >/dev/null ||
    fail "$program is not installed. Run: util/install.sh --with lxc (on Debian: apt-get install lxc uidmap dnsmasq-base nftables)"
done
[[ -x $SYSTEM_PATH/init ]] || fail "$SYSTEM_PATH/init does not exist. Create the container again."

# shellcheck source-path=SCRIPTDIR source=ids.sh
. "$here/ids.sh"
# shellcheck source-path=SCRIPTDIR source=network.sh
. "$here/network.sh"

first='' prefix_length=''
take_ids # sets first
if [[ ! -d $state ]]; then
  mkdir -p "$state"
  chmod 711 "$state"
fi
if [[ ! -d $root ]]; then
  mkdir "$root"
  chown "$first:$first" "$root"
fi
owner=$(stat -c %u "$root")
[[ $owner == "$first" ]] ||
  fail "$root belongs to the user $owner, and containers have the users from $first (root's in /etc/subuid). Destroy the container and create it again, or give root the range from $owner."
# As the container's root: it may have put links there, which lead to nothing but its own then.
setpriv --reuid="$first" --regid="$first" --clear-groups -- "$BASH" "$here/prepare.sh" "$root" ||
  fail "its root folder $root could not be prepared, see above."

take_networks # sets prefix_length

entries=()
for path in /nix/store ${HOST_FILES-}; do
  # With what is mounted below: in a user namespace the kernel refuses to show the folder without that.
  if [[ -d $path ]]; then create=dir; else create='file'; fi
  [[ ! -e $path ]] || entries+=("lxc.mount.entry = $path ${path#/} none rbind,ro,create=$create 0 0")
done
# The unit's.
cgroup=$(sed -n 's|^0::/||p' /proc/self/cgroup)
seccomp=/usr/share/lxc/config/common.seccomp

{
  echo '# Written at each start.'
  printf 'lxc.uts.name = %s\n' "${INSTANCE//_/-}"
  printf 'lxc.rootfs.path = dir:%s\n' "$root"
  # Its own place for that is in /usr, which the container has too.
  printf 'lxc.rootfs.mount = %s\n' "$folder/mount"
  printf 'lxc.idmap = %s 0 %s 65536\n' u "$first" g "$first"
  printf 'lxc.init.cmd = %s/init\n' "$SYSTEM_PATH"
  # What the system inside asks for before it touches its network.
  echo 'lxc.environment = PRIVATE_NETWORK=1'
  echo 'lxc.mount.auto = proc:mixed sys:mixed cgroup:mixed'
  echo 'lxc.mount.entry = tmpfs run tmpfs rw,nosuid,nodev,mode=755,create=dir 0 0'
  echo 'lxc.mount.entry = tmpfs tmp tmpfs rw,nosuid,nodev,mode=1777,create=dir 0 0'
  printf '%s\n' "${entries[@]}"
  echo 'lxc.tty.max = 0'
  echo 'lxc.console.logfile = /dev/stdout'
  echo 'lxc.pty.max = 1024'
  echo 'lxc.cap.drop = mac_admin mac_override sys_module sys_rawio sys_time'
  [[ ! -e $seccomp ]] || echo "lxc.seccomp.profile = $seccomp"
  echo 'lxc.apparmor.profile = generated'
  echo 'lxc.apparmor.allow_nesting = 1'
  # Below the unit's own, where systemd-nspawn has its containers too. A relative path would be another after a reboot.
  printf 'lxc.cgroup.dir.%s\n' "monitor = $cgroup/supervisor" "monitor.pivot = $cgroup/pivot" "container = $cgroup/payload"
  printf 'lxc.hook.start-host = %s %s/ready.sh\n' "$BASH" "$here"
  echo 'lxc.net.0.type = veth'
  echo 'lxc.net.0.flags = up'
  echo 'lxc.net.0.name = hostonly'
  printf 'lxc.net.0.%s\n' "link = $HOST_BRIDGE" "veth.pair = $LINK" "hwaddr = $MAC" \
    "ipv4.address = $LOCAL_ADDRESS/$prefix_length"
  if [[ -n ${NAT-} ]]; then
    echo 'lxc.net.1.type = veth'
    echo 'lxc.net.1.flags = up'
    echo 'lxc.net.1.name = internet'
    printf 'lxc.net.1.%s\n' 'link = brNC-internet' "veth.pair = $NAT_LINK" "hwaddr = $NAT_MAC"
  fi
  [[ -z ${EXTRA_CONFIG-} ]] || printf 'lxc.include = %s\n' "$EXTRA_CONFIG"
} >"$state/config"

# What the container writes to its console goes to the journal. LXC opens a file for that, and the journal is a socket.
# A cgroup that has processes of its own cannot hand controllers to those below.
show_console() {
  local unified=/sys/fs/cgroup
  [[ -e $unified/cgroup.controllers ]] || unified=/sys/fs/cgroup/unified
  if mkdir -p "$unified/$cgroup/console"; then echo "$BASHPID" >"$unified/$cgroup/console/cgroup.procs" || true; fi
  exec cat
}
# No child of lxc-start, which waits for all of its children where the container cannot start, and they for its output.
# shellcheck disable=SC2086 # a list of flags, split at blanks
exec lxc-start --foreground --lxcpath=/var/lib/lxc --name="$INSTANCE" ${LXC_FLAGS-} > >(show_console <&0 &)
