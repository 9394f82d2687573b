#!/bin/bash
# What systemd-nspawn could not do, for instance because it was killed: gives the host's interfaces back, removes those
# of the container, and an ephemeral root folder.
set -euf
namespace=/run/extra-container/interfaces/$INSTANCE
if [[ -e $namespace ]]; then
  for link in ${INTERFACES-}; do
    [[ -e /sys/class/net/$link ]] || nsenter --net="$namespace" ip link set dev "$link" netns 1 || true
  done
  umount "$namespace" || true
  rm -f "$namespace"
fi
: "${INSTANCE:?}" "${root:?}"
for link in ${HOST_LINKS-}; do
  [[ -e /sys/class/net/$link/ifalias ]] || continue
  read -r owner <"/sys/class/net/$link/ifalias" || true
  [[ $owner != "container@$INSTANCE" ]] || ip link del dev "$link" 2>/dev/null || true
done

[[ -n ${EPHEMERAL-} ]] || exit 0
rm -rf --one-file-system "$root" "${root%/*}/.#${root##*/}.lck" 2>/dev/null || {
  chattr -R -f -i "$root" || true
  rm -rf --one-file-system "$root"
}
rmdir --ignore-fail-on-non-empty "${root%/*}"
