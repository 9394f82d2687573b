#!/bin/bash
# extra.storePaths = "closure": the container has only the store paths that it needs.
#   . store-paths.sh                            (as BASH_ENV of the start script) lets that start systemd-nspawn by:
#   store-paths.sh start SYSTEMD-NSPAWN FLAG... in a mount namespace of its own, makes the folder that /nix/store inside
#                                               is, and becomes systemd-nspawn with a bind mount for each path
#   store-paths.sh update LEADER SYSTEM         adds what another system needs to the container with that first process
#
# The folder is in memory, seen by nobody else, and goes with the last process of the namespace, however that ends. What
# is mounted in it later the kernel propagates into the container.
# shellcheck disable=SC2317,SC2329 # `exec` is called by the start script

folder=/run/extra-container/store
paths=$folder/paths whole=$folder/whole

if [[ ${BASH_SOURCE[0]} != "$0" ]]; then
  # For this shell alone, not for those that it starts.
  unset BASH_ENV
  # The unit's other scripts have nothing to do with it: a function cannot do all that the builtin does.
  [[ $0 == *-start || $0 == *-start.sh ]] || return 0
  exec() {
    if [[ ${1-} == systemd-nspawn || ${1-} == */systemd-nspawn ]]; then
      set -- unshare --mount --propagation slave -- "$BASH" "$STORE_PATHS_SCRIPT" start "$@"
    fi
    builtin exec "$@"
  }
  return
fi

set -euf
# Where Nix is, if not in PATH.
PATH=$PATH:/run/current-system/sw/bin:/nix/var/nix/profiles/default/bin:/root/.nix-profile/bin

fail() {
  echo "container '${INSTANCE-}': $*" >&2
  exit 78
}

# Sets `needed` to all that the given paths need, by themselves and in what they lead to.
query() {
  local list
  list=$(nix-store --query --requisites -- "$@") ||
    fail "nix-store could not tell which store paths it needs (extra.storePaths = \"closure\")."
  mapfile -t needed <<<"$list"
}

# Makes what the paths are mounted on; sets `mounted` to those that are to be mounted. A link is copied.
place() {
  local path folders=()
  mounted=()
  for path; do
    [[ ! -e $paths/${path##*/} && ! -L $paths/${path##*/} ]] || continue
    if [[ -L $path ]]; then
      cp -P "$path" "$paths/"
      continue
    elif [[ -d $path ]]; then
      folders+=("$paths/${path##*/}")
    else
      : >"$paths/${path##*/}"
    fi
    mounted+=("$path")
  done
  # In parts, for a command line has an end.
  for ((path = 0; path < ${#folders[@]}; path += 5000)); do mkdir -- "${folders[@]:path:5000}"; done
}

start() {
  local nspawn=$1 word dir store='' roots=() flags=() binds=() dirs
  shift
  for word; do
    case $word in
      --bind-ro=/nix/store | --bind-ro=/nix/store:/nix/store*)
        store=${word#--bind-ro=/nix/store}
        store=${store#:/nix/store}
        continue
        ;;
      # The database tells of paths that are not there, and the daemon would build more of these.
      --bind-ro=/nix/var/nix/db* | --bind-ro=/nix/var/nix/daemon-socket*) continue ;;
      /nix/store/*) roots+=("$word") ;;
      --bind=/nix/store/* | --bind-ro=/nix/store/*) roots+=("${word#*=}") ;;
      # Of NixOS's unit: what sets up the network inside is looked for there.
      PATH=*)
        IFS=: read -ra dirs <<<"${word#PATH=}"
        for dir in "${dirs[@]}"; do [[ $dir != /nix/store/* ]] || roots+=("$dir"); done
        ;;
    esac
    flags+=("$word")
  done
  # A profile, which has another path inside.
  : "${SYSTEM_PATH:=/nix/var/nix/profiles/per-container/${INSTANCE-}/system}"
  word=$(readlink -e "$SYSTEM_PATH") || fail "its system does not exist: $SYSTEM_PATH"
  roots+=("$word")
  # The store path itself, of one below it.
  roots=("${roots[@]#/nix/store/}")
  roots=("${roots[@]%%[/:]*}")
  query "${roots[@]/#//nix/store/}"

  mkdir -p "$folder"
  mount -t tmpfs -o mode=755,shared extra-container-store "$folder"
  mkdir -m 755 "$paths" "$whole"
  place "${needed[@]}"
  for word in "${mounted[@]}"; do binds+=("--bind-ro=$word:$word$store"); done
  exec "$nspawn" "--bind-ro=$paths:/nix/store" "${binds[@]}" "${flags[@]}"
}

update() {
  local key value supervisor=
  while read -r key value _; do
    [[ $key != PPid: ]] || supervisor=$value
  done <"/proc/$1/status"
  # Whose users the paths belong to inside.
  nsenter --target "$supervisor" --mount --pid -- "$BASH" "$0" add "$2" 3<"/proc/$1/ns/user"
}

# In the mount namespace of systemd-nspawn, with the container's user namespace as file 3. What is mounted propagates as it
# is, before it could be made read-only or have its owners mapped: it comes from a mount that is.
add() {
  local path
  query "$1"
  place "${needed[@]}"
  ((${#mounted[@]} > 0)) || return 0
  if ! mountpoint -q "$whole"; then
    # util-linux before 2.39 knows no owners, and not every file system can map them.
    if [[ /proc/self/fd/3 -ef /proc/self/ns/user ]] ||
      ! mount --bind -o X-mount.idmap=/proc/self/fd/3 /nix/store "$whole" 2>/dev/null; then
      mount --bind /nix/store "$whole"
    fi
    mount -o remount,bind,ro "$whole"
  fi
  for path in "${mounted[@]}"; do echo "$whole/${path##*/} $paths/${path##*/} none bind 0 0"; done >"$folder/fstab"
  mount --all --fstab "$folder/fstab"
}

"$@"
