# networking.interfaces.NAME.useDHCP: addresses and routes from DHCP and router advertisements, by the host's networkd.
{ config, lib, ... }:
let
  interfaces = lib.filter (interface: interface.useDHCP == true) (lib.attrValues config.networking.interfaces);
  private = import ./private.nix { inherit lib; };
  # networkd itself does not see the first process.
  asRoot = private // {
    serviceConfig.ExecCondition = lib.mkBefore [ "+/usr/bin/grep -zqx PRIVATE_NETWORK=1 /proc/1/environ" ];
  };
in
{
  config = lib.mkIf (interfaces != [ ]) {
    systemd.services.systemd-networkd = lib.mkMerge [
      asRoot
      { wantedBy = [ "multi-user.target" ]; }
    ];

    environment.etc = lib.listToAttrs (
      map (
        { name, ... }:
        lib.nameValuePair "systemd/network/${name}.network" {
          text = ''
            [Match]
            Name=${name}

            [Network]
            DHCP=${if config.networking.enableIPv6 then "yes" else "ipv4"}
            IPv6AcceptRA=${lib.boolToString config.networking.enableIPv6}

            [DHCPv4]
            UseHostname=no
          '';
        }
      ) interfaces
    );

    users.users.systemd-network = {
      isSystemUser = true;
      group = "systemd-network";
    };
    users.groups.systemd-network = { };
  };
}
