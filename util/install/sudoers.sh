# Rules that let `sudo extra-container` find the program and keep the variables it needs. /etc/sudoers is never changed.
# shellcheck shell=bash
# shellcheck disable=SC2154  # install.sh sets root, links.sh bin and stand_ins.

sudoers=/etc/sudoers.d/extra-container
sudoers_mark='# Written by the install.sh of extra-container, which removes it again with --uninstall.'

set_up_sudo() {
  local rules new
  if ! has_program sudo || ! has_program visudo || [[ ! -d ${sudoers%/*} ]]; then return; fi
  # Only root may read it, and --check asks for no password.
  if [[ $check && $EUID != 0 ]]; then
    [[ -e $sudoers ]] || missing "$sudoers" || return 0
    return
  fi
  rules=$(sudoers_rules)
  if [[ $(as_root cat "$sudoers" 2>/dev/null) == "$rules" ]]; then return; fi
  if as_root test -e "$sudoers" && [[ $(as_root head -n 1 "$sudoers") != "$sudoers_mark" ]]; then
    say "$sudoers is not this program's, and is left alone: no rules for sudo are written"
    return
  fi
  missing "$sudoers" || return 0
  # sudo reads no file whose name has a dot.
  new=$sudoers.new
  # shellcheck disable=SC2016  # These variables are the inner shell's.
  printf '%s\n' "$rules" | as_root sh -c 'umask 227; rm -f "$1"; cat >"$1"; chmod 0440 "$1"' - "$new"
  if ! as_root "$(visudo_path)" -cqf "$new"; then
    as_root rm -f "$new"
    fail "The rules for sudo are not valid here, so $sudoers is not written."
  fi
  as_root mv -fT "$new" "$sudoers"
  say "Wrote $sudoers"
}

visudo_path() { PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin type -P visudo; }

sudoers_rules() {
  local path name commands=$bin/extra-container
  for name in "${stand_ins[@]}"; do
    if [[ $(readlink -- "$bin/$name") == "$root/bin/$name" ]]; then commands+=", $bin/$name"; fi
  done
  echo "$sudoers_mark"
  echo "Defaults!$commands env_keep += \"NIX_PATH NIX_REMOTE NIX_SSL_CERT_FILE COLORTERM NO_COLOR ZDOTDIR SSH_AUTH_SOCK runningShellContainer EXTRA_CONTAINER_*\""
  path=$(wanted_secure_path)
  if [[ $path ]]; then echo "Defaults secure_path=\"$path\""; fi
}

# sudo's search path with what it lacks for the program; nothing where it lacks nothing, or is not set.
wanted_secure_path() {
  local current path program folder
  current=$(LC_ALL=C as_root sudo -V | sed -n "s/^Value to override user's \$PATH with: //p")
  if [[ ! $current ]]; then return; fi
  path=$current
  for program in "$bin/extra-container" "$(type -P node)" "$(type -P nix-build)"; do
    folder=${program%/*}
    if [[ ! $folder || :$path: == *":$folder:"* ]]; then continue; fi
    if ! belongs_to_root "$folder"; then
      say "$folder is not in sudo's search path, and is not only root's to change, so it is not added. Call extra-container without sudo: it calls sudo itself."
      continue
    fi
    path+=:$folder
  done
  # With our rules in place sudo's path has them already.
  if [[ $path != "$current" ]] || as_root grep -qs '^Defaults secure_path=' "$sudoers"; then echo "$path"; fi
}

# What others could change must not become part of every sudo user's search path.
belongs_to_root() {
  local folder=$1 mode
  [[ $folder =~ ^/[A-Za-z0-9/_.+-]+$ ]] || return 1
  while :; do
    mode=$(stat -Lc %u:%a "$folder" 2>/dev/null) || return 1
    [[ $mode == 0:* && ! $((8#${mode#0:} & 8#22)) -gt 0 ]] || return 1
    [[ $folder == */*/* ]] || return 0
    folder=${folder%/*}
  done
}

remove_sudo_rules() {
  local first
  [[ -d ${sudoers%/*} ]] || return 0
  first=$(as_root head -n 1 "$sudoers" 2>/dev/null) || return 0
  if [[ $first != "$sudoers_mark" ]]; then return; fi
  as_root rm -- "$sudoers"
  say "Removed $sudoers"
}
