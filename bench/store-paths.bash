#!/bin/bash
# Ways to give a container only some store paths: milliseconds from systemd-nspawn's start to the end of `ls` inside, three
# rounds. As root; docs/store-paths.md has the figures.
#   bench/store-paths.bash [NUMBER OF PATHS]
set -euo pipefail
count=${1:-1000}

# All is in memory, and in a mount namespace that ends with this script.
if [[ -z ${MEASURING-} ]]; then
  folder=$(mktemp -d)
  trap 'rmdir "$folder"' EXIT
  MEASURING=$folder unshare --mount --propagation slave -- "$BASH" "$0" "$count"
  exit
fi
base=$MEASURING
mount -t tmpfs -o nr_inodes=1m tmpfs "$base"
cd "$base"
mkdir -p store root/{usr,etc,nix/store,proc,sys,dev,tmp,run}
for link in bin sbin lib lib64; do [[ ! -L /$link ]] || ln -s "usr/$link" root/; done
: >root/etc/machine-id
for ((i = 0; i < count; i++)); do
  printf -v path 'store/%032d-path' "$i"
  if ((i % 5)); then mkdir "$path"; else : >"$path"; fi
done

container() { # FLAG...
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_LOG_LEVEL=err systemd-nspawn --quiet --register=no --keep-unit --as-pid2 \
    --directory="$base/root" --bind-ro=/usr "$@" /bin/sh -c "[ \$(ls /nix/store | wc -l) = $count ]"
}
whole() { container --bind-ro="$base/store:/nix/store"; }
binds() { # OPTION FLAG...
  local path flags=() option=$1
  shift
  for path in store/*; do flags+=("--bind-ro=$base/$path:/nix/$path$option"); done
  container "${flags[@]}" "$@"
}
folder() { # MOUNT...
  local path folders=()
  mkdir -p made
  mount -t tmpfs -o mode=755 made made
  mkdir made/store
  for path in store/*; do
    if [[ -d $path ]]; then folders+=("made/$path"); else : >"made/$path"; fi
    echo "$base/$path $base/made/$path none bind 0 0"
  done >fstab
  mkdir "${folders[@]}"
  "$@" fstab
  container --bind-ro="$base/made/store:/nix/store"
  umount --lazy made
}
took() { # WHAT COMMAND...
  local begin=$EPOCHREALTIME end
  "${@:2}"
  end=$EPOCHREALTIME
  echo "$(((${end/./} - ${begin/./}) / 1000)) ms: $1"
}
for _ in 1 2 3; do
  took 'the whole store' whole
  took "$count times --bind-ro=" binds ''
  took 'the same with owners mapped' binds :idmap --private-users=pick
  took 'a folder of bind mounts by mount --all' folder mount --all --fstab
  took "the same by busybox's mount -a" folder busybox mount -a -T
done
