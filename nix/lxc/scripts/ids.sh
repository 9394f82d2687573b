#!/bin/bash
# The users and groups of the host that those of containers are: 65536 of each, root's in /etc/subuid and /etc/subgid.
# A range that is missing there is made, and taken away again with the last container (ids_file tells that it is ours).
# Run, it makes the range; sourced, it gives the functions, which need a function `fail`.
ids_file=/var/lib/lxc/.extra-container-ids

lock_lxc() {
  mkdir -p /run/extra-container/lxc/mount
  exec {lxc_lock}<"/run/extra-container/lxc"
  flock "$lxc_lock"
}

unlock_lxc() { exec {lxc_lock}<&-; }

# Sets `first`. Says which range it is where the usual one is somebody else's.
take_ids() {
  first=
  lock_lxc
  find_ids
  if [[ -z $first ]]; then add_ids; fi
  unlock_lxc
}

# Root's range, if it has one of users and groups alike.
find_ids() {
  local name begin count other other_begin other_count
  while IFS=: read -r name begin count; do
    if [[ $name != root && $name != 0 ]] || ((count < 65536)); then continue; fi
    while IFS=: read -r other other_begin other_count; do
      if [[ $other != root && $other != 0 || $other_begin != "$begin" ]] || ((other_count < 65536)); then continue; fi
      first=$begin
      return
    done </etc/subgid
  done </etc/subuid
} 2>/dev/null

add_ids() {
  local file=/etc/subuid usual=100000 owner
  [[ -d /var/lib/lxc ]] || mkdir -p /var/lib/lxc
  for file in /etc/subuid /etc/subgid; do [[ -e $file ]] || : >"$file"; done
  for ((first = usual; first < 2000000000; first += 65536)); do
    owner=$(owner_of_ids "$first")
    [[ -n $owner ]] || break
    ((first > usual)) || echo "The ids from $usual belong to $owner." >&2
  done
  ((first < 2000000000)) || fail "/etc/subuid has no room for another 65536 ids. Remove entries that nobody needs."
  ((first == usual)) || echo "Containers get the ids from $first to $((first + 65535)) (root's in /etc/subuid and /etc/subgid)." >&2
  echo "$first" >"$ids_file"
  usermod --add-subuids "$first-$((first + 65535))" --add-subgids "$first-$((first + 65535))" root ||
    fail "root could not be given the ids from $first in /etc/subuid and /etc/subgid."
}

# Prints who has ids of the 65536 from $1: in a line of the four files.
owner_of_ids() {
  local file name begin count
  for file in /etc/subuid /etc/subgid; do
    while IFS=: read -r name begin count; do
      [[ $begin$count =~ ^[0-9]+$ ]] || continue
      if ((begin < $1 + 65536 && begin + count > $1)); then
        echo "$name in $file"
        return
      fi
    done <"$file"
  done
  for file in /etc/passwd /etc/group; do
    while IFS=: read -r name _ begin _; do
      [[ $begin =~ ^[0-9]+$ ]] || continue
      if ((begin >= $1 && begin < $1 + 65536)); then
        echo "$name in $file"
        return
      fi
    done <"$file"
  done
}

# Takes our range away where no container is left, neither of ours nor of LXC's own tools, that has it.
release_ids() {
  lock_lxc
  set +f
  if [[ -e $ids_file ]] && first=$(<"$ids_file") &&
    ! grep -qsx KIND=lxc /etc/nixos-containers/*.conf &&
    ! grep -qsE "^lxc\.(idmap|id_map) *= *[ug] +[0-9]+ +$first " /var/lib/lxc/*/config; then
    # usermod refuses: root has processes.
    sed -i "/^root:$first:65536\$/d" /etc/subuid /etc/subgid
    rm "$ids_file"
  fi
  set -f
  unlock_lxc
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euf
  umask 022
  fail() {
    echo "$*" >&2
    exit 1
  }
  take_ids
fi
