#!/bin/sh
# Becomes the process that waits for the private manager, in a cgroup and namespaces of its own. Called under a lock, with
# no manager running. Usage: start.sh, by its absolute path, STATE_FOLDER CGROUP
# CGROUP is ours, empty but for the folder launcher, and below a mounted cgroup2.
state=$1 cgroup=$2
here=${0%/*}

# A folder where no cgroups are would take what is written below as files, and systemd would run in the machine's own.
if [ ! -e "$cgroup/launcher/cgroup.procs" ]; then
    echo "$cgroup is no control group" >&2
    exit 1
fi
# Controllers, for limits on containers; the kernel refuses them below a cgroup that has processes of its own.
for controller in cpu memory io pids cpuset; do
    { echo "+$controller" >"${cgroup%/*}/cgroup.subtree_control"; } 2>/dev/null
done

# The cgroup namespace takes as its root the cgroup that unshare is called in. The process that stays outside to wait
# goes to a leaf of its own: a cgroup with processes cannot hand controllers to those below.
echo $$ >"$cgroup/cgroup.procs" || exit
# The variables are the inner shell's.
# shellcheck disable=SC2016
exec unshare --cgroup sh -c '
    echo $$ >"$1/launcher/cgroup.procs" || exit
    exec unshare --mount --propagation slave --pid --uts --fork "$2/init.sh" "$3"
' sh "$cgroup" "$here" "$state"
