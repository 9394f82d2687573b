#!/bin/sh
# For the flags of enter.bash, run inside as root: becomes the user, goes to the folder, sets the variables.
# The container's own getent looks the user up. Arguments: container, USER, DIR, number of VAR=VALUE, these, the command.
name=$1 user=$2 dir=$3 count=$4
shift 4
fail() { printf "%s\n" "$1" >&2; exit 1; }
if [ "$user" ]; then
    entry=$(getent passwd -- "$user") || fail "Container \"$name\" has no user \"$user\". Those that it has: getent passwd"
    IFS=: read -r USER _ uid gid _ HOME shell <<END
$entry
END
    LOGNAME=$USER
    if [ "${EC_SHELL+set}" ]; then EC_SHELL=${shell:-/bin/sh}; else SHELL=${shell:-/bin/sh}; fi
    become=$(command -v setpriv) || fail "Container \"$name\" has no setpriv (util-linux), which -u needs."
    cd -- "$HOME" 2>/dev/null || cd /
fi
if [ "$dir" ]; then cd -- "$dir" 2>/dev/null || fail "Container \"$name\" has no folder \"$dir\"."; fi
while [ "$count" -gt 0 ]; do
    export "${1?}"
    shift
    count=$((count - 1))
done
if [ "$user" ]; then exec "$become" "--reuid=$uid" "--regid=$gid" --init-groups -- "$@"; fi
exec "$@"
