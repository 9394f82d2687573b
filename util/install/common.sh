# What all parts of the installation share: messages, root's rights, and the count of what --check found missing.
# shellcheck shell=bash

missing_count=0

say() { echo "install: $*" >&2; }

fail() {
  say "$1"
  exit "${2:-1}"
}

as_root() {
  if [[ $EUID == 0 ]]; then
    "$@"
  elif type -P sudo >/dev/null; then
    sudo "$@"
  else
    fail "This needs root, and there is no sudo. Run it as root: $*"
  fi
}

# Under --check, reports WHAT and returns false, so that the caller leaves it as it is.
missing() {
  if [[ ! ${check-} ]]; then return 0; fi
  say "Missing: $*"
  missing_count=$((missing_count + 1))
  return 1
}

# The folder alone says nothing: it is left where a systemd ran in a container or a chroot.
systemd_runs() { [[ -d /run/systemd/system && $(</proc/1/comm) == systemd ]]; }
