# The links by which the commands are found.
# shellcheck shell=bash
# shellcheck disable=SC2154  # install.sh sets root.

bin=/usr/local/bin

# Names of other programs, whose commands and options ours has.
stand_ins=(nixos-container nixcloud-container)

link_commands() {
  local name former
  former=$(readlink -- "$bin/extra-container" || :)
  link_command extra-container
  for name in "${stand_ins[@]}"; do
    if is_free "$name"; then link_command "$name"; fi
  done
}

link_command() {
  local link=$bin/$1 target=$root/bin/$1
  if [[ $(readlink -- "$link") == "$target" ]]; then return; fi
  missing "$link" || return 0
  if [[ -L $link ]]; then
    say "Replacing the link $link, which led to $(readlink -- "$link")"
  elif [[ -e $link ]]; then
    fail "$link exists and is not a link, so it is left alone. Remove it and run this again, or start $target directly."
  fi
  as_root mkdir -p "$bin"
  as_root ln -sfn "$target" "$link"
  say "Linked $link"
  [[ :$PATH: == *:$bin:* ]] || say "$bin is not in your PATH; add it, or start $link by its full path"
}

# Whether no program of that name but that of an extra-container is on this machine.
is_free() {
  local path
  for path in "$bin/$1" $(type -aP "$1"); do
    if [[ ! -e $path && ! -L $path ]]; then continue; fi
    # It may be gone; then nothing else tells whose link this is.
    if [[ $former && $(readlink -- "$path") == "${former%/*}/$1" ]]; then continue; fi
    path=$(readlink -f -- "$path") || return 1
    # What is not a link was put there by others, also beside our link.
    [[ ${path%/*} != "$bin" && -e ${path%/*}/extra-container ]] || return 1
  done
}

unlink_commands() {
  local name link
  for name in extra-container "${stand_ins[@]}"; do
    link=$bin/$name
    if [[ $(readlink -- "$link") == "$root/bin/$name" ]]; then
      as_root rm -- "$link"
      say "Removed $link"
    elif [[ $name == extra-container ]]; then
      say "$link is not a link to this checkout; nothing removed"
    fi
  done
}
