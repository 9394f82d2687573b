# shellcheck shell=bash disable=SC2034,SC2154
# Makes /etc, the users and /run/current-system what this system says. Safe to run again.
#
# A boot waits for this: what bash can do by itself starts no process, and all links are made by one.
# `systemConfig` and the arrays are set above (toplevel.nix): etcTargets, etcCopies, users, groups, groupPaths.

umask 022
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
activateStatus=0

warn() { echo "activate: $*" >&2; }

# Removes what the previous system had in /etc and this one has not. The list is kept in the container: that system may
# be gone from the store.
removeStale() {
  local record=/etc/.static-links target stale=()
  local -A wanted=() emptied=()
  for target in "${etcTargets[@]}"; do wanted[$target]=1; done
  if [[ -r $record ]]; then
    while IFS= read -r target; do
      [[ -n $target && -z ${wanted[$target]-} ]] || continue
      stale+=("/etc/$target")
      [[ $target != */* ]] || emptied[/etc/${target%/*}]=1
    done <"$record"
  fi
  ((${#stale[@]} == 0)) || rm -f -- "${stale[@]}"
  ((${#emptied[@]} == 0)) || rmdir -p --ignore-fail-on-non-empty -- "${!emptied[@]}" 2>/dev/null
  printf '%s\n' "${etcTargets[@]}" >"$record"
}

# /etc/X -> /etc/static/X, and what else $systemConfig/links holds.
activateEtc() {
  ln -sfnT "$systemConfig/etc" /etc/static
  # What was a link may become a folder, so this comes first.
  removeStale
  cp -dR --no-preserve=mode --remove-destination -- "$systemConfig/links/." /etc/ || activateStatus=1
}

# Owners are names of users, which are there by now.
activateCopies() {
  local i
  for ((i = 0; i < ${#etcCopies[@]}; i += 4)); do
    install -D -m "${etcCopies[i + 1]}" -o "${etcCopies[i + 2]#+}" -g "${etcCopies[i + 3]#+}" -T -- \
      "$systemConfig/etc/${etcCopies[i]}" "/etc/${etcCopies[i]}" || activateStatus=1
  done
}

runSnippets() {
  local snippet=
  set -E
  trap 'activateStatus=1; warn "activation script '\''$snippet'\'' failed in: $BASH_COMMAND"' ERR
  activationScripts
  trap - ERR
  set +E
}

activateAll() {
  activateEtc
  activateUsers
  activateCopies
  ln -sfnT "$systemConfig" /run/current-system
  runSnippets
}

activateAll
((activateStatus == 0))
