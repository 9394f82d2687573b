#!/bin/bash
# Updates the running container to the system that its conf names.
set -euf
: "${INSTANCE:?}"
own=$(readlink /proc/self/ns/pid)
leader=
for pid in $(<"/proc/$MAINPID/task/$MAINPID/children"); do
  [[ $(readlink "/proc/$pid/ns/pid") == "$own" ]] || leader=$pid
done
[[ -n $leader ]] || {
  echo "container '$INSTANCE': it has no process to reload. Start it again." >&2
  exit 1
}
: "${SYSTEM_PATH:=/nix/var/nix/profiles/per-container/$INSTANCE/system}"
# A profile has another path inside the container.
system=$(readlink -e "$SYSTEM_PATH") || {
  echo "container '$INSTANCE': its system does not exist: $SYSTEM_PATH" >&2
  exit 1
}
[[ -z ${STORE_PATHS_SCRIPT-} ]] || "$BASH" "$STORE_PATHS_SCRIPT" update "$leader" "$system"
exec env -i PATH="$PATH" nsenter --all --target "$leader" -- "$system/bin/switch-to-configuration" test
