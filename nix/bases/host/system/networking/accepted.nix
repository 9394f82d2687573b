# Options of NixOS that this base does not carry out: false is accepted, true is refused.
{ config, lib, ... }:
let
  cfg = config.networking;

  refused =
    description:
    lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = false;
      inherit description;
    };

  options = [
    [ "useDHCP" ]
    [
      "dhcpcd"
      "enable"
    ]
    [
      "networkmanager"
      "enable"
    ]
  ];

  check = path: value: {
    assertion = value != true;
    message =
      "networking.${lib.concatStringsSep "." path} is not carried out on the host base. "
      + "Give addresses with networking.interfaces or systemd.network, or use nixpkgs.";
  };
in
{
  options.networking = {
    useDHCP = refused "Whether interfaces get their addresses by DHCP: refused on this base.";
    dhcpcd.enable = refused "Whether dhcpcd runs: refused on this base.";
    networkmanager.enable = refused "Whether NetworkManager runs: refused on this base.";
    nftables.enable = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Accepted for NixOS's sake: the rules are made by the iptables of the host, whatever it writes them to.";
    };
  };

  config.assertions =
    map (path: check path (lib.getAttrFromPath path cfg)) options;
}
