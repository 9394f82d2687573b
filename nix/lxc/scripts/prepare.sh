#!/bin/bash
# Makes what a container's root folder must have. Run as the container's root. Argument: the folder.
set -euf
cd "$1"
folders=()
for folder in dev etc nix/store nix/var/nix/{profiles,gcroots} proc run sys tmp usr var/lib; do
  [[ -d $folder ]] || folders+=("$folder")
done
[[ ${#folders[@]} == 0 ]] || mkdir -p "${folders[@]}"
# Its home, which systemd-nspawn makes where that starts a container.
[[ -d root ]] || mkdir -m 700 root
[[ -e etc/machine-id ]] || : >etc/machine-id
# The host's programs are in /usr, and looked for at these places too.
[[ " ${HOST_FILES-} " == *' /usr '* ]] || exit 0
links=()
for link in bin sbin lib lib32 lib64 libx32; do
  [[ -L /$link && ! -L $link ]] && links+=("/$link")
done
[[ ${#links[@]} == 0 ]] || cp -P "${links[@]}" .
