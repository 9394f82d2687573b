#!/bin/bash
# The main process of container@NAME.service: prepares the root folder and becomes systemd-nspawn.
# Arguments: flags for systemd-nspawn. The environment comes from the unit and from /etc/nixos-containers/NAME.conf.
# Every process counts for the time of a start, so whatever is in place already costs none.
set -euf
umask 022
: "${INSTANCE:?}" "${root:?}"

fail() {
  echo "container '$INSTANCE': $*" >&2
  exit 78
}

: "${SYSTEM_PATH:=/nix/var/nix/profiles/per-container/$INSTANCE/system}"
# A profile has another path inside the container.
profile=$SYSTEM_PATH
[[ $SYSTEM_PATH == /nix/store/* ]] || SYSTEM_PATH=$(readlink -e "$profile") || fail "its system does not exist: $profile"
[[ -x $SYSTEM_PATH/init ]] || fail "$SYSTEM_PATH/init does not exist. Create the container again."

: "${MACHINE:=$INSTANCE}"

# machined keeps the machine of a run that was killed for as long as the unit is not stopped, and then refuses the new
# one. `machinectl terminate` would stop this unit.
forget_machine() {
  local unit
  unit=$(machinectl show --property=Unit --value "$MACHINE" 2>/dev/null) || return 0
  [[ $unit == "container@$INSTANCE.service" ]] ||
    fail "a machine named $MACHINE runs already, in $unit. Stop it: machinectl terminate $MACHINE"
  busctl call --quiet org.freedesktop.machine1 /org/freedesktop/machine1 org.freedesktop.machine1.Manager \
    UnregisterMachine s "$MACHINE" || true
}
[[ ! -e /run/systemd/machines/$MACHINE ]] || forget_machine

# systemd-nspawn 256 and later refuses to start where this mount was left by a kill.
export_folder=/run/systemd/nspawn/unix-export/$MACHINE
if [[ -d $export_folder ]]; then
  umount -q "$export_folder" || true
  rmdir "$export_folder" 2>/dev/null || true
fi

owner_of() {
  owner=
  if [[ -e /sys/class/net/$1/ifalias ]]; then read -r owner <"/sys/class/net/$1/ifalias" || true; fi
}

# Interfaces that an earlier run left because it was killed. The alias tells whose they are.
for link in ${HOST_LINKS:-}; do
  [[ -e /sys/class/net/$link ]] || continue
  owner_of "$link"
  [[ $owner == "container@$INSTANCE" ]] ||
    fail "this machine has an interface named $link that belongs to something else. Remove it: ip link del $link"
  ip link del dev "$link"
done

# Several containers may share hostAddress; nothing else may have it.
check_addresses() {
  local addresses link address
  addresses=$(ip -o addr show)
  while read -r _ link _ address _; do
    address=${address%%/*} link=${link%%@*}
    case $address in
      "${LOCAL_ADDRESS%%/*}" | "${LOCAL_ADDRESS6%%/*}")
        fail "its localAddress $address is in use already: $link of this machine has it. Choose another address." ;;
      "$HOST_ADDRESS" | "$HOST_ADDRESS6")
        owner_of "$link"
        # On a bridge it is the gateway's.
        [[ -n ${HOST_BRIDGE-} || $owner == container@* ]] ||
          fail "its hostAddress $address is in use already: $link of this machine has it. Choose another address." ;;
    esac
  done <<<"$addresses"
  check_route
}

# The kernel writes addresses as hexadecimal numbers, the last byte first.
check_route() {
  local bytes hex link destination mask
  [[ -n $LOCAL_ADDRESS && -z ${HOST_BRIDGE-} ]] || return 0
  IFS=. read -ra bytes <<<"${LOCAL_ADDRESS%%/*}"
  printf -v hex %02X "${bytes[3]}" "${bytes[2]}" "${bytes[1]}" "${bytes[0]}"
  while read -r link destination _ _ _ _ _ mask _; do
    [[ $destination != "$hex" || $mask != FFFFFFFF ]] ||
      fail "its localAddress $LOCAL_ADDRESS is in use already: this machine has a route to it through $link. Choose another address, or stop the container that has it."
  done </proc/net/route
}
: "${HOST_ADDRESS=}" "${HOST_ADDRESS6=}" "${LOCAL_ADDRESS=}" "${LOCAL_ADDRESS6=}"
[[ -z $HOST_ADDRESS$HOST_ADDRESS6$LOCAL_ADDRESS$LOCAL_ADDRESS6 ]] || check_addresses

# Before any other process of the container.
[[ -z ${LIMITS-} ]] || /bin/bash "$LIMITS_SCRIPT" enter "$$" || exit 78

# Of a run whose service manager was killed with it.
[[ -z ${EPHEMERAL-} || ! -e $root ]] || rm -rf --one-file-system "$root"

# The container's root may have put links here, which this script and systemd-nspawn would follow to the host's files.
for path in dev etc etc/machine-id nix nix/store nix/var nix/var/nix proc run sys tmp usr var var/lib; do
  [[ ! -L $root/$path ]] || rm "$root/$path"
done

# A program that the container's root leaves here with the setuid bit is one of the host's root.
[[ -d ${root%/*} ]] || (umask 077 && mkdir -p "${root%/*}")

folders=()
for folder in "$root"/{etc,usr,var/lib,nix/store,nix/var/nix} /nix/var/nix/{profiles,gcroots}/per-container/"$INSTANCE"; do
  [[ -d $folder ]] || folders+=("$folder")
done
[[ ${#folders[@]} == 0 ]] || mkdir -p "${folders[@]}"

# The container's root may not write through links: noclobber opens with O_EXCL.
[[ -e $root/etc/machine-id ]] || (set -C && : >"$root/etc/machine-id")

links=()
for link in bin sbin lib lib32 lib64 libx32; do
  [[ -L /$link && ! -L $root/$link ]] && links+=("/$link")
done
[[ ${#links[@]} == 0 ]] || cp -P "${links[@]}" "$root/"

declare -A map=()
flags=()
# shellcheck source=/dev/null
[[ -z ${MOUNTS-} ]] || . "$MOUNTS"
for path in /usr /nix/store /nix/var/nix/db /nix/var/nix/daemon-socket ${HOST_ETC-}; do
  [[ ! -e $path ]] || flags+=("--bind-ro=$path:$path${map[$path]-}")
done
for kind in profiles gcroots; do
  path=/nix/var/nix/$kind/per-container/$INSTANCE
  flags+=("--bind=$path:/nix/var/nix/$kind${map[$path]-}")
done

# The host's stub resolver cannot be reached from a network namespace of the container's own.
resolv=replace-host
[[ -e /etc/resolv.conf ]] || resolv=off
if [[ -n ${PRIVATE_NETWORK-} && -r /etc/resolv.conf && -e /run/systemd/resolve/resolv.conf ]]; then
  resolv=replace-uplink
  while read -r keyword address _; do
    [[ $keyword != nameserver || $address == 127.* || $address == ::1 ]] || resolv=replace-host
  done </etc/resolv.conf
fi

command=("$SYSTEM_PATH/init")
[[ -z ${HOST_LINKS-} ]] || command=(/bin/bash "$CONTAINER_INIT" "$NETWORK_INSIDE" "$INSIDE_LINK" "${command[@]}")
[[ -z ${HOST_LINKS-}${INTERFACES-} ]] || (/bin/bash "$HOST_NETWORK" "$$" &)

# systemd-nspawn waits for udev to know an interface. Where udev does not run, its mark is made for it.
if [[ -n ${INTERFACES-}${MACVLANS-} && ! -e /run/udev/control ]]; then
  mkdir -p /run/udev/data
  for link in ${INTERFACES-} ${MACVLANS-}; do
    [[ ! -e /sys/class/net/$link ]] || : >"/run/udev/data/n$(<"/sys/class/net/$link/ifindex")"
  done
fi

export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
# By its own socket to journald, a message of a process that has ended before it is read belongs to no unit any more.
export SYSTEMD_LOG_TARGET=console-prefixed
# shellcheck disable=SC2086 # a list of flags, split at blanks as on NixOS
exec systemd-nspawn --quiet --keep-unit --machine="$MACHINE" --directory="$root" \
  --notify-ready=yes --kill-signal=SIGRTMIN+3 --link-journal=no --resolv-conf="$resolv" \
  "${flags[@]}" "$@" ${EXTRA_NSPAWN_FLAGS-} -- "${command[@]}"
