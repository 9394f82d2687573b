#!/bin/bash
# Limits of a container on machines whose controllers are bound to cgroup v1 hierarchies, out of reach of its systemd: a
# cgroup of the container's own in each.
#   limits.sh enter PID   makes them and moves the process there, before it starts others
#   limits.sh leave       removes them
# From the unit: INSTANCE, and LIMITS, a list of SETTING=VALUE as systemd.resource-control(5) has them.
set -euf

fail() {
  echo "container '$INSTANCE': $*" >&2
  exit 78
}

[[ ${LIMITS_MOUNTS-} ]] || LIMITS_MOUNTS=own exec unshare --mount -- "$BASH" "$0" "$@"
own=container@$INSTANCE.service

# CONTROLLER HIERARCHY PATH of this process, where systemd itself has not set the limit.
find_hierarchy() {
  local controller=$1 file=$2 controllers path
  hierarchy=
  while IFS=: read -r _ controllers path; do
    if [[ -z $controllers ]]; then
      [[ ! -e /sys/fs/cgroup$path/$file ]] || return 1
    elif [[ ,$controllers, == *,$controller,* ]]; then
      [[ $path != */$own && $path != */$own/* ]] || return 1
      hierarchy=$controllers parent=${path%/}
    fi
  done </proc/self/cgroup
}

# An exact part of a whole, from a percentage that may have two decimals.
percent() {
  local whole=${1%\%} part=
  if [[ $whole == *.* ]]; then part=${whole#*.} whole=${whole%%.*}; fi
  part=${part}00
  echo $((($2 * (10#$whole * 100 + 10#${part:0:2})) / 10000))
}

# What the kernel's file takes for a value of systemd's.
kernel_value() {
  local total
  case $1=$2 in
    MemoryMax=infinity | CPUQuota=) echo -1 ;;
    MemoryMax=*%)
      read -r _ total _ </proc/meminfo
      percent "$2" $((total * 1024))
      ;;
    TasksMax=infinity) echo max ;;
    TasksMax=*%) percent "$2" "$(</proc/sys/kernel/pid_max)" ;;
    CPUQuota=*) percent "$2" "$(<"$3/cpu.cfs_period_us")" ;;
    *) echo "$2" ;;
  esac
}

each() { # COMMAND: with each limit that is ours to set
  local limit setting controller file v2
  for limit in $LIMITS; do
    setting=${limit%%=*}
    case $setting in
      MemoryMax) controller=memory file=memory.limit_in_bytes v2=memory.max ;;
      TasksMax) controller=pids file=pids.max v2=pids.max ;;
      CPUQuota) controller=cpu file=cpu.cfs_quota_us v2=cpu.max ;;
      *) fail "$setting cannot be set on this machine, whose controllers are bound to cgroup v1." ;;
    esac
    find_hierarchy "$controller" "$v2" || continue
    [[ $hierarchy ]] ||
      fail "$setting needs the $controller controller of the kernel, which this machine does not give. Remove the limit."
    # Seen by this process alone.
    mount -t cgroup -o "$hierarchy" cgroup /sys/fs/cgroup
    folder=/sys/fs/cgroup$parent/$own
    "$1" "$setting" "${limit#*=}" "$folder/$file"
    umount /sys/fs/cgroup
  done
}

enter() {
  mkdir -p "$folder"
  kernel_value "$1" "$2" "$folder" >"$3" || fail "the kernel refuses $1=$2."
  echo "$pid" >"$folder/cgroup.procs"
}

# The kernel takes a moment to end the last process.
leave() {
  local attempt
  for ((attempt = 0; attempt < 100; attempt++)); do
    [[ -d $folder ]] || return 0
    find "$folder" -depth -type d -delete 2>/dev/null || sleep 0.02
  done
}

pid=${2-}
each "$1"
