# How the rules are made: shell functions for `iptables` that wait for each other's lock, and loading a set of rules.
{
  lib,
  config,
  programFolders ? [
    "/usr/sbin"
    "/usr/bin"
  ],
}:
let
  ipv6 = config.networking.enableIPv6;
  # A kernel may have no IPv6.
  ip6 = if ipv6 then "ip6() { [ -e /proc/net/if_inet6 ]; }" else "ip6() { false; }";

  found = lib.any (folder: builtins.pathExists "${folder}/iptables") programFolders;
in
{
  path = lib.optional (!found) (
    throw "networking.firewall and networking.nat need iptables, which the host does not have. Install the package iptables, or set networking.firewall.enable = false."
  );

  helpers = ''
    iptables() { command iptables -w "$@"; }
    ${ip6}
    ip6tables() { ! ip6 || command ip6tables -w "$@"; }
    ip46tables() { iptables "$@"; ip6tables "$@"; }
    # join FLAG CHAIN ARG...: adds a rule to a chain, once. leave CHAIN ARG...: removes it where it is.
    join() {
      local flag=$1 tables; shift
      for tables in iptables ip6tables; do
        $tables -C "$@" 2>/dev/null || $tables "$flag" "$@"
      done
    }
    leave() {
      local tables
      for tables in iptables ip6tables; do
        $tables -D "$@" 2>/dev/null || true
      done
    }
  '';

  # Takes a function from 4 or 6 to the text for iptables-restore.
  load =
    rulesOf:
    ''
      iptables-restore -w --noflush <<'EOF'
      ${rulesOf 4}EOF
    ''
    + lib.optionalString ipv6 ''
      ! ip6 || ip6tables-restore -w --noflush <<'EOF'
      ${rulesOf 6}EOF
    '';
}
