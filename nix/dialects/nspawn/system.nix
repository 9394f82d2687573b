# What the system in a container of the nspawn dialect has, on every base.
#
#   { lib, name, linked } -> module; `linked`: it has a link to the host
{
  lib,
  name,
  linked,
}:
{ config, options, ... }:
let
  mounted = [
    "/dev"
    "/dev/pts"
    "/dev/shm"
    "/proc"
    "/run"
  ];
  # Since 2024 a file system can be left out.
  canLeaveOut = options ? boot.specialFileSystems && options.boot.specialFileSystems.type.getSubOptions [ ] ? enable;

  byMulticast = [
    5353
    5355
  ];
in
{
  _file = "the nspawn dialect";
  config = {
    boot.isContainer = true;
    console.enable = true;
    # Before the default of a system, which has the name as it is.
    networking.hostName = lib.mkOverride 990 (import ./host-name.nix { inherit lib; } name);
    # What this system has in /etc/hosts, and its neighbours in a zone (zone.sh).
    system.activationScripts.zone = {
      deps = [ "etc" ];
      text = "if [ -e /run/zone/hosts ]; then ln -sfn /run/zone/hosts /etc/hosts; fi";
    };
    # `machinectl login` asks for no password.
    users.users.root.initialHashedPassword = lib.mkOverride 150 "";
    networking = {
      useNetworkd = true;
      useDHCP = false;
      useHostResolvConf = lib.mkOverride 900 (!config.services.resolved.enable);
      firewall.interfaces = lib.mkIf linked {
        host0 = {
          allowedTCPPorts = byMulticast;
          allowedUDPPorts = byMulticast;
        };
      };
    };
  }
  // lib.optionalAttrs canLeaveOut {
    # systemd-nspawn has mounted them; in a user namespace nobody else can.
    boot.specialFileSystems = lib.genAttrs mounted (_: {
      enable = false;
    });
  };
}
