# systemd.network: interfaces that the host's systemd-networkd sets up, in a container with a network of its own.
{ config, lib, ... }:
let
  cfg = config.systemd.network;
  networks = import ../../../../systemd/networks.nix { inherit lib; };
  enabled = lib.filterAttrs (_: network: network.enable) cfg.networks;
  has = unit: builtins.pathExists "/usr/lib/systemd/system/${unit}.service";
in
{
  options = {
    networking.useNetworkd = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Whether systemd-networkd sets up interfaces, as systemd.network says.";
    };
    systemd.network = {
      enable = lib.mkOption {
        type = lib.types.bool;
        default = config.networking.useNetworkd;
        defaultText = lib.literalExpression "networking.useNetworkd";
        example = true;
        description = "Whether systemd-networkd runs.";
      };
      networks = lib.mkOption {
        inherit (networks) type;
        default = { };
        example = {
          "10-host0" = {
            matchConfig.Name = "host0";
            networkConfig.DHCP = true;
          };
        };
        description = "Files in /etc/systemd/network, by name without .network.";
      };
    };
  };

  config = lib.mkIf cfg.enable {
    systemd.services.systemd-networkd = {
      wantedBy =
        if has "systemd-networkd" then
          [ "multi-user.target" ]
        else
          throw "systemd.network.enable needs systemd-networkd on the host. Install the package systemd-networkd.";
      aliases = [ "dbus-org.freedesktop.network1.service" ];
      reloadTriggers = lib.mapAttrsToList (name: network: "${name}\n${networks.render network}") enabled;
      unitConfig.ConditionCapability = "CAP_NET_ADMIN";
    };
    services.resolved.enable = lib.mkDefault (has "systemd-resolved");

    environment.etc = lib.mapAttrs' (
      name: network: lib.nameValuePair "systemd/network/${name}.network" { text = networks.render network; }
    ) enabled;
  };
}
