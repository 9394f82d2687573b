# networking.interfaces, defaultGateway, localCommands: addresses and routes by iproute2, in one service an interface.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.networking;
  inherit (import ./interface-options.nix { inherit lib; }) interface gateway;
  private = import ./private.nix { inherit lib; };

  # Nothing to do: no service, so that an interface that is only named (useDHCP = false) costs nothing.
  configured =
    i:
    i.ipv4.addresses ++ i.ipv4.routes ++ i.ipv6.addresses ++ i.ipv6.routes != [ ] || i.mtu != null || i.macAddress != null;

  ifIPv6 = lib.optionals cfg.enableIPv6;

  cidr = a: lib.escapeShellArg "${a.address}/${toString a.prefixLength}";

  routeArgs =
    route:
    lib.escapeShellArgs (
      lib.optional (route.type != null) route.type
      ++ [ "${route.address}/${toString route.prefixLength}" ]
      ++ lib.optionals (route.via != null) [
        "via"
        route.via
      ]
      ++ lib.concatLists (
        lib.mapAttrsToList (name: value: [
          name
          value
        ]) route.options
      )
    );

  # `replace` makes the script safe to run again: an update restarts the service.
  linesOf =
    name: i:
    let
      dev = "dev ${lib.escapeShellArg name}";
    in
    lib.concatStringsSep "\n" (
      lib.optional (i.macAddress != null) "ip link set ${dev} address ${lib.escapeShellArg i.macAddress}"
      ++ lib.optional (i.mtu != null) "ip link set ${dev} mtu ${toString i.mtu}"
      ++ [ "ip link set ${dev} up" ]
      ++ map (a: "ip addr replace ${cidr a} ${dev}") i.ipv4.addresses
      ++ map (a: "ip -6 addr replace ${cidr a} ${dev} nodad") (ifIPv6 i.ipv6.addresses)
      ++ map (r: "ip route replace ${routeArgs r} ${dev}") i.ipv4.routes
      ++ map (r: "ip -6 route replace ${routeArgs r} ${dev}") (ifIPv6 i.ipv6.routes)
    );

  undoOf =
    name: i:
    let
      dev = "dev ${lib.escapeShellArg name}";
    in
    lib.concatStringsSep "\n" (
      map (r: "ip route del ${routeArgs r} ${dev} || true") i.ipv4.routes
      ++ map (r: "ip -6 route del ${routeArgs r} ${dev} || true") i.ipv6.routes
      ++ map (a: "ip addr del ${cidr a} ${dev} || true") i.ipv4.addresses
      ++ map (a: "ip -6 addr del ${cidr a} ${dev} || true") i.ipv6.addresses
    );

  gatewayLine =
    family: g:
    lib.optionalString (g != null) (
      "ip ${family} route replace default via ${lib.escapeShellArg g.address}"
      + lib.optionalString (g.interface != null) " dev ${lib.escapeShellArg g.interface} onlink"
      + lib.optionalString (g.metric != null) " metric ${toString g.metric}"
      + lib.optionalString (g.source != null) " src ${lib.escapeShellArg g.source}"
      + "\n"
    );

  routing = gatewayLine "-4" cfg.defaultGateway + lib.optionalString cfg.enableIPv6 (gatewayLine "-6" cfg.defaultGateway6) + cfg.localCommands;

  addressed = lib.mapAttrsToList (_: i: i) (lib.filterAttrs (_: configured) cfg.interfaces);

  oneshot = lib.mkMerge [
    private
    {
      wantedBy = [ "multi-user.target" ];
      before = [ "network.target" ];
      after = [ "network-pre.target" ];
      wants = [ "network.target" ];
      path = [ pkgs.iproute2 ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
      };
    }
  ];
in
{
  options.networking = {
    interfaces = lib.mkOption {
      type = lib.types.attrsOf (lib.types.submodule interface);
      default = { };
      example = {
        eth0.ipv4.addresses = [
          {
            address = "10.0.0.2";
            prefixLength = 24;
          }
        ];
      };
      description = "Network interfaces. Carried out in a container with a private network.";
    };
    defaultGateway = gateway "IPv4" "10.0.0.1";
    defaultGateway6 = gateway "IPv6" "fd00::1";
    localCommands = lib.mkOption {
      type = lib.types.lines;
      default = "";
      example = "ip link add dummy0 type dummy";
      description = "Shell commands at the end of the network's setup. Run in a container with a private network.";
    };
  };

  config.systemd.services =
    lib.listToAttrs (
      map (
        i:
        lib.nameValuePair "network-addresses-${i.name}" (
          lib.mkMerge [
            oneshot
            {
              description = "Addresses of ${i.name}";
              script = linesOf i.name i;
              preStop = undoOf i.name i;
            }
          ]
        )
      ) addressed
    )
    // lib.optionalAttrs (routing != "") {
      network-setup = lib.mkMerge [
        oneshot
        {
          description = "Default routes and network.localCommands";
          after = map (i: "network-addresses-${i.name}.service") addressed;
          script = routing;
        }
      ];
    };
}
