#!/bin/bash
# The main process of a container of the nspawn dialect: makes the empty root folder and becomes systemd-nspawn, which reads
# MACHINE.nspawn. Arguments: for each mount `bind` or `bind-ro`, its source, its target and its options.
set -euf
umask 022
: "${INSTANCE:?}" "${MACHINE:?}" "${root:?}"

fail() {
  echo "container '$INSTANCE': $*" >&2
  exit 78
}

# A profile has another path inside the container.
system=$(readlink -e "${SYSTEM_PATH:?}") || fail "its system does not exist: $SYSTEM_PATH"
[[ -x $system/init ]] || fail "$system/init does not exist. Create the container again."

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

# The same for its copies of the root folder.
! compgen -G "${root%/*}/.#*machine.$INSTANCE*" >/dev/null || "$BASH" "$STOP" copies

# Before any other process of the container.
[[ -z ${LIMITS-} ]] || "$BASH" "$LIMITS_SCRIPT" enter "$$" || exit 78

# systemd-nspawn copies this folder for every start, and gives the copy to the container's users. What it makes itself, as
# the parent of a mount, would be nobody's.
folders=("$root"/{etc/systemd/resolved.conf.d,usr,nix/store,proc,sys,dev,run,tmp,var/lib})
flags=()
sources=()
for ((index = 2; index <= $#; index += 4)); do
  target=$((index + 1))
  [[ -e ${!index} ]] ||
    fail "binds.\"${!target}\": ${!index} does not exist on this machine. Make it, or set another hostPath."
  sources+=("${!index}")
done
mapfile -t file_systems < <(stat -L -f -c %T -- "${sources[@]}")
for kind_of_files in "${file_systems[@]}"; do
  kind=$1 source=$2 target=$3 options=$4
  shift 4
  folders+=("$root${target%/*}")
  if [[ ,$options, != *idmap,* ]]; then
    case $kind_of_files in
      overlayfs | nfs* | fuse* | v9fs | smb* | cifs) ;;
      *) options+=${options:+,}idmap ;;
    esac
  fi
  source=${source//\\/\\\\} target=${target//\\/\\\\}
  flags+=("--$kind=${source//:/\\:}:${target//:/\\:}${options:+:$options}")
done
mkdir -p "${folders[@]}"
chmod 1777 "$root/tmp"
[[ -e $root/etc/machine-id ]] || : >"$root/etc/machine-id"
for link in ${HOST_LINKS-}; do
  [[ ! -L /$link || -L $root/$link ]] || cp -P "/$link" "$root/"
done

# The container's resolver asks these where its network names none.
servers=
resolv=/run/systemd/resolve/resolv.conf
[[ -e $resolv ]] || resolv=/etc/resolv.conf
while read -r keyword address _; do
  [[ $keyword != nameserver || $address == 127.* || $address == ::1 ]] || servers+=" $address"
done < <(cat "$resolv" 2>/dev/null)
printf '[Resolve]\nFallbackDNS=%s\n' "$servers" >"$root/etc/systemd/resolved.conf.d/10-host.conf"
resolv=off
[[ -z $servers || ! -e /etc/resolv.conf ]] || resolv=replace-host

if [[ -n ${ZONE-} ]]; then
  SYSTEM_PATH=$system "$BASH" "$ZONE_SCRIPT" join
  flags+=("--bind-ro=/run/extra-container/zones/$ZONE/$INSTANCE/bound:/run/zone")
fi

[[ -z ${NETWORKD-} ]] || "$BASH" "$NETWORKD" join || exit 78

export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1
# By its own socket to journald, a message of a process that has ended before it is read belongs to no unit any more.
export SYSTEMD_LOG_TARGET=console-prefixed
# shellcheck disable=SC2086 # a list of flags, split at blanks
exec systemd-nspawn --quiet --keep-unit --settings=trusted --machine="$MACHINE" --directory="$root" \
  --resolv-conf="$resolv" "${flags[@]}" ${EXTRA_NSPAWN_FLAGS-} -- "$system/init"
