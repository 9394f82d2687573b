#!/bin/bash
# Updates the running container to the system that its conf names.
set -euf
: "${INSTANCE:?}" "${SYSTEM_PATH:?}" "${MAINPID:?}"
own=$(readlink /proc/self/ns/pid)
leader=
for pid in $(<"/proc/$MAINPID/task/$MAINPID/children"); do
  [[ $(readlink "/proc/$pid/ns/pid") == "$own" ]] || leader=$pid
done
[[ -n $leader ]] || {
  echo "container '$INSTANCE': it has no process to reload. Start it again." >&2
  exit 1
}
exec env -i PATH="$PATH" nsenter --all --target "$leader" -- "$SYSTEM_PATH/bin/switch-to-configuration" test
