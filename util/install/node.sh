# Node.js and npm: the distribution's where they are new enough, else Node.js as an npm package.
# shellcheck shell=bash

node_needed=20

node_major() {
  local version
  version=$(node --version 2>/dev/null) || { echo 0; return; }
  version=${version#v}
  echo "${version%%.*}"
}

install_node() {
  local manager
  if [[ $(node_major) -ge $node_needed ]] && type -P npm >/dev/null; then return; fi
  missing "Node.js $node_needed or later, with npm" || return 0
  manager=$(package_manager)
  case $manager in
    apt-get) install_node_apt ;;
    dnf) run_package_manager dnf nodejs npm ;;
    pacman) run_package_manager pacman nodejs npm ;;
    zypper) run_package_manager zypper nodejs npm ;;
  esac
  hash -r
  if [[ $(node_major) -lt $node_needed ]] && type -P npm >/dev/null; then install_node_npm; fi
  if [[ $(node_major) -lt $node_needed ]] || ! type -P npm >/dev/null; then
    fail "Node.js $node_needed or later, with npm, is needed; found: $(node --version 2>/dev/null || echo none). Install it (https://nodejs.org/download), make sure that it comes first in PATH, and run this again."
  fi
}

install_node_apt() {
  if [[ $(node_major) == 0 ]]; then
    say "Installing packages: nodejs"
    run_package_manager apt-get nodejs
  fi
  # Other sources than Debian's ship npm inside nodejs, and their nodejs conflicts with Debian's npm.
  if ! type -P npm >/dev/null; then
    say "Installing packages: npm"
    run_package_manager apt-get npm
  fi
}

# Debian 12 has Node.js 18 and nothing newer. npm's registry carries the same binaries as nodejs.org.
install_node_npm() {
  local architecture prefix=/usr/local/lib/extra-container/node
  case $(uname -m) in
    x86_64) architecture=x64 ;;
    aarch64) architecture=arm64 ;;
    *) return 0 ;;
  esac
  say "Node.js $(node --version) is too old; installing Node.js $node_needed from npm to $prefix, linked at /usr/local/bin/node"
  if [[ -e /usr/local/bin/node ]]; then
    fail "/usr/local/bin/node exists already and is too old. Remove it or update it to $node_needed, and run this again."
  fi
  as_root npm install --silent --no-audit --no-fund --prefix "$prefix" "node-linux-$architecture@$node_needed" >&2 ||
    return 0
  as_root ln -sfn "$prefix/node_modules/node-linux-$architecture/bin/node" /usr/local/bin/node
  export PATH=/usr/local/bin:$PATH
  hash -r
}
