#!/bin/bash
# What systemd-nspawn could not do, for instance because it was killed: removes the copy of the root folder and the bridge of
# a zone without containers, and lets networkd go.
#   stop.sh [copies]    with `copies` only the first
set -eu
: "${INSTANCE:?}" "${MACHINE:?}" "${root:?}"
shopt -s nullglob
hex='[0-9a-f][0-9a-f][0-9a-f][0-9a-f]'
for copy in "${root%/*}/.#machine.$INSTANCE"$hex$hex$hex$hex; do
  rm -rf --one-file-system "$copy" "${copy%/*}/.#${copy##*/}.lck" 2>/dev/null || {
    chattr -R -f -i "$copy" || true
    rm -rf --one-file-system "$copy"
  }
done

[[ ${1-} != copies ]] || exit 0

# The kernel takes the container's interface away a moment after its last process.
bridge=/sys/class/net/vz-${ZONE-}
[[ -z ${ZONE-} ]] || ip link delete dev "vb-$MACHINE" 2>/dev/null || true
if [[ -n ${ZONE-} && -d $bridge/brif ]]; then
  ports=("$bridge/brif/"*)
  [[ ${#ports[@]} != 0 ]] || ip link delete dev "vz-$ZONE" 2>/dev/null || true
fi
[[ -z ${ZONE-} ]] || "$BASH" "$ZONE_SCRIPT" leave
[[ -z ${NETWORKD-} ]] || "$BASH" "$NETWORKD" leave
"$BASH" "$NAMES" hide
