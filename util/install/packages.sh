# The programs that are needed, the packages they come in, and the package managers that install them.
# shellcheck shell=bash

# Each line: the program, then its package for apt, dnf, pacman, zypper.
read -r -d '' package_table <<'END' || :
systemctl      systemd         systemd           systemd          systemd
systemd-nspawn systemd-container systemd-container systemd        systemd-container
dbus-daemon    dbus            dbus-daemon       dbus             dbus-1-daemon
nix-build      nix-bin         nix               nix              nix
busybox        busybox-static  busybox           busybox          busybox-static
nsenter        util-linux      util-linux        util-linux       util-linux
ip             iproute2        iproute           iproute2         iproute2
iptables       iptables        iptables-nft      iptables         iptables
nc             netcat-openbsd  netcat            openbsd-netcat   netcat-openbsd
flock          util-linux      util-linux-core   util-linux       util-linux
script         bsdutils        util-linux-script util-linux       util-linux
cc             tcc             gcc               gcc              gcc
debootstrap    debootstrap     debootstrap       debootstrap      debootstrap
curl           curl            curl              curl             curl
nft            nftables        nftables          nftables         nftables
python3        python3         python3           python           python3
sudo           sudo            sudo              sudo             sudo
sshd           openssh-server  openssh-server    openssh          openssh-server
zsh            zsh             zsh               zsh              zsh
fish           fish            fish              fish             fish
ps             procps          procps-ng         procps-ng        procps
nss-mymachines libnss-mymachines systemd-container systemd        systemd-container
lxc-start      lxc             lxc               lxc              lxc
newuidmap      uidmap          shadow-utils      shadow           shadow
dnsmasq        dnsmasq-base    dnsmasq           dnsmasq          dnsmasq
shellcheck     shellcheck      ShellCheck        shellcheck       ShellCheck
END

# shellcheck disable=SC2034  # Read by install.sh and tests.sh.
base_needs=(systemctl systemd-nspawn dbus-daemon nix-build busybox nsenter ip iptables nft nc flock script cc nss-mymachines)
# For containers of nixcloud-container.
lxc_needs=(lxc-start newuidmap dnsmasq)
# shellcheck disable=SC2034  # Likewise.
test_needs=(debootstrap curl python3 sshd zsh fish sudo ps shellcheck "${lxc_needs[@]}")

package_manager() {
  local manager
  for manager in apt-get dnf pacman zypper; do
    if type -P "$manager" >/dev/null; then
      echo "$manager"
      return
    fi
  done
}

package_of() {
  local column
  case $2 in
    apt-get) column=2 ;;
    dnf) column=3 ;;
    pacman) column=4 ;;
    zypper) column=5 ;;
  esac
  awk -v program="$1" -v column="$column" '$1 == program { print $column }' <<<"$package_table"
}

# Programs of /usr/sbin count also for users whose PATH lacks it.
has_program() {
  local path
  case $1 in
    # A library of libc's, by which names of containers are found.
    nss-mymachines) compgen -G '/usr/lib/*/libnss_mymachines.so.2' >/dev/null || compgen -G '/usr/lib*/libnss_mymachines.so.2' >/dev/null; return ;;
  esac
  path=$(PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin type -P "$1") || return 1
  # The busybox that goes into the Nix store must not need the host's libraries.
  [[ $1 != busybox ]] || ! ldd "$path" >/dev/null 2>&1
}

# Installs the packages of those of the given programs that are not there.
install_packages() {
  local program manager package packages=()
  manager=$(package_manager)
  for program in "$@"; do
    if has_program "$program"; then continue; fi
    missing "$program" || continue
    [[ $manager ]] ||
      fail "$program is missing, and no package manager known here (apt, dnf, pacman, zypper) is. Install it and run this again."
    package=$(package_of "$program" "$manager")
    [[ " ${packages[*]-} " == *" $package "* ]] || packages+=("$package")
  done
  if [[ ${#packages[@]} == 0 ]]; then return; fi
  say "Installing packages: ${packages[*]}"
  run_package_manager "$manager" "${packages[@]}"
  hash -r
  for program in "$@"; do
    has_program "$program" || fail "$program is still missing after installing $(package_of "$program" "$manager")."
  done
  # The packages were kept from starting services, and machinectl needs this one.
  if systemd_runs; then as_root systemctl start dbus.socket; fi
}

run_package_manager() {
  local manager=$1
  shift
  case $manager in
    apt-get) apt_install "$@" ;;
    dnf) quietly as_root dnf install -y "$@" ;;
    pacman) quietly as_root pacman -S --needed --noconfirm "$@" ;;
    zypper) quietly as_root zypper --non-interactive install --no-recommends "$@" ;;
  esac || fail "$manager could not install: $*"
}

# Shows what a command prints only when it fails.
quietly() {
  local output status=0
  output=$("$@" 2>&1) || status=$?
  [[ $status == 0 ]] || printf '%s\n' "$output" >&2
  return "$status"
}

# Fresh machines have no package lists, old ones may have lists that name packages which are gone.
apt_install() {
  apt_run "$@" 2>/dev/null || { apt_update && apt_run "$@"; }
}

apt_update() {
  say "Updating apt's package lists"
  quietly as_root apt-get update -qq
}

# Without systemd, packages start their services by init scripts; policy-rc.d is Debian's way to say no. One of ours that is
# there already was left by a run that was killed.
apt_run() (
  policy=/usr/sbin/policy-rc.d
  text=$'#!/bin/sh\n# Of the installation of extra-container, for as long as that runs.\nexit 101'
  if [[ ! -e $policy || $(<"$policy") == "$text" ]]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '%s\n' "$text" | as_root tee "$policy" >/dev/null
    as_root chmod +x "$policy"
  fi
  quietly as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
)
