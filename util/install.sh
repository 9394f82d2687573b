#!/usr/bin/env bash
# Makes this machine ready for extra-container: packages, Node.js, Nix, the built program, the commands' links, and
# rules for sudo.
set -euo pipefail
# What is installed is for all users of this machine, whoever installs it.
umask 022

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
check=

# shellcheck source-path=SCRIPTDIR source=install/common.sh
source "$root/util/install/common.sh"
# shellcheck source-path=SCRIPTDIR source=install/packages.sh
source "$root/util/install/packages.sh"
# shellcheck source-path=SCRIPTDIR source=install/node.sh
source "$root/util/install/node.sh"
# shellcheck source-path=SCRIPTDIR source=install/nix.sh
source "$root/util/install/nix.sh"
# shellcheck source-path=SCRIPTDIR source=install/links.sh
source "$root/util/install/links.sh"
# shellcheck source-path=SCRIPTDIR source=install/sudoers.sh
source "$root/util/install/sudoers.sh"

usage() {
  cat <<END
Usage: util/install.sh [--with lxc] [--check | --uninstall]

Installs what extra-container needs and is missing, sets Nix up where it is not,
builds the program and links $bin/extra-container to this checkout, and
$bin/nixos-container and $bin/nixcloud-container where there is no other. Where sudo is installed, rules in
$sudoers make \`sudo extra-container\` work.
Safe to run again. Calls sudo where it is not run by root.

  --with lxc   also LXC and dnsmasq, which containers of nixcloud-container need
  --check      only say what is missing (exit status 1 when something is)
  --uninstall  remove the links and the rules; packages and containers stay
END
}

build() {
  local installed=$root/node_modules/.package-lock.json built=$root/dist/extra-container.cjs
  if [[ ! -e $installed || $root/package-lock.json -nt $installed ]]; then
    if missing "npm packages of this checkout"; then
      say "Installing npm packages"
      # Not `npm ci`: npm 11's refuses a lock file that does not list the optional packages of other platforms.
      (cd "$root" && npm install --no-save --include=dev --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
    fi
  fi
  if [[ ! -e $installed || ! -e $built || -n $(find "$root/src" "$root/util/build.mjs" "$installed" -newer "$built" -print -quit) ]]; then
    missing "the built program" || return 0
    say "Building"
    (cd "$root" && npm run --silent build >&2)
  fi
}

needs=("${base_needs[@]}") with='' uninstall=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --check) check=1 ;;
    --with)
      [[ ${2-} == lxc ]] || fail "--with takes lxc: util/install.sh --with lxc" 2
      with=lxc
      needs+=("${lxc_needs[@]}")
      shift
      ;;
    --uninstall) uninstall=1 ;;
    -h | --help) usage; exit ;;
    *) usage >&2; fail "Unknown option: $1" 2 ;;
  esac
  shift
done

if [[ $uninstall ]]; then
  [[ ! $check ]] || fail "--check with --uninstall: give one of them" 2
  unlink_commands
  remove_sudo_rules
  exit
fi

install_packages "${needs[@]}"
install_node
set_up_nix
build
link_commands
set_up_sudo

if [[ $missing_count -gt 0 ]]; then
  say "$missing_count missing. Run: $root/util/install.sh${with:+ --with $with}"
  exit 1
fi
say "extra-container is ready"
