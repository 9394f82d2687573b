#!/bin/bash
# Bind mounts for start.sh, which sources this: takes `bind SOURCE TARGET` and `bind-ro SOURCE TARGET` off the front of
# the arguments and adds to `flags`. With USER_NAMESPACE, `map` gives the option by which a folder keeps its owners inside.
# shellcheck disable=SC2034,SC2154 # the variables that it shares with start.sh
binds=() sources=() parents=()
while [[ ${1-} == bind || ${1-} == bind-ro ]]; do
  [[ -e $2 ]] || fail "bindMounts.\"$3\": $2 does not exist on this machine. Make it, or set another hostPath."
  binds+=("$1" "$3")
  sources+=("$2")
  parents+=("$root${3%/*}")
  shift 3
done
# systemd-nspawn would make them as nobody's. Only the first time: later there may be links of the container's.
[[ -d $root/dev || ${#parents[@]} == 0 ]] || mkdir -p "${parents[@]}"

# The host's users are those of the container by number. A folder that the container may write and that belongs to
# another user than root is its root's (:rootidmap), so that what it writes belongs to that user.
map_users() {
  local index path kind folders file_systems owners
  folders=(/usr /nix/store /nix/var/nix/{profiles,gcroots}/per-container/"$INSTANCE")
  for path in /nix/var/nix/db /nix/var/nix/daemon-socket ${HOST_ETC-}; do
    [[ ! -e $path ]] || folders+=("$path")
  done
  folders+=("${sources[@]}")
  mapfile -t file_systems < <(stat -L -f -c %T -- "${folders[@]}")
  mapfile -t owners < <(stat -L -c %u:%g -- "${folders[@]}")
  for index in "${!folders[@]}"; do
    path=${folders[index]} kind=${file_systems[index]}
    case $kind in
      overlayfs | nfs* | fuse* | v9fs | smb* | cifs) unmapped["$path"]=$kind ;;
      *) map["$path"]=:idmap ;;
    esac
    [[ ${owners[index]} == 0:* ]] || owner["$path"]=${owners[index]}
  done
}
declare -A unmapped=() owner=()
[[ -z ${USER_NAMESPACE-} ]] || map_users

for index in "${!sources[@]}"; do
  source=${sources[index]} kind=${binds[2 * index]} target=${binds[2 * index + 1]}
  option=${map[$source]-}
  if [[ $kind == bind ]]; then
    [[ -z ${unmapped[$source]-} ]] ||
      fail "bindMounts.\"$target\": $source is on ${unmapped[$source]}, where a container with users of its own (privateUsers, -U) could write nothing. Set isReadOnly = true, or move $source to another file system."
    if [[ -n ${owner[$source]-} ]]; then
      option=:rootidmap
      [[ ${owner[$source]%:*} == "${owner[$source]#*:}" ]] ||
        fail "bindMounts.\"$target\": the user and the group of $source, ${owner[$source]}, must be the same number where a container with users of its own writes. Change the group, or set isReadOnly = true."
    fi
  fi
  source=${source//\\/\\\\} target=${target//\\/\\\\}
  flags+=("--$kind=${source//:/\\:}:${target//:/\\:}$option")
done
