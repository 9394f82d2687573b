# Nix: a store of root's own where the machine has no settings yet. Settings that are there are never changed.
# shellcheck shell=bash

nix_conf=/etc/nix/nix.conf

set_up_nix() {
  if ! type -P nix-store >/dev/null; then return; fi # Under --check: named as missing before.
  if [[ ! -e $nix_conf ]] && ! getent group nixbld >/dev/null; then
    if missing "$nix_conf"; then
      say "Writing $nix_conf: builds by root, without build users"
      as_root mkdir -p "${nix_conf%/*}"
      as_root tee "$nix_conf" >/dev/null <<'END'
# Written by extra-container's install.sh: a store that only root builds in.
build-users-group =
# The sandbox needs build users or rights that containers and CI machines often do not give.
sandbox = false
END
    fi
  fi
  if [[ ! -e /nix/var/nix/db ]]; then
    missing "the Nix store /nix" || return 0
    say "Creating the Nix store /nix"
    as_root nix-store --init
  fi
}
