# Options of networking.firewall.
{ lib }:
let
  flag =
    default: description:
    lib.mkOption {
      type = lib.types.bool;
      inherit default description;
      example = !default;
    };

  portRange = lib.types.submodule {
    options = lib.genAttrs [ "from" "to" ] (
      end:
      lib.mkOption {
        type = lib.types.port;
        example = 8000;
        description = "Where the range of ports is counted ${end}.";
      }
    );
  };

  commands =
    description: example:
    lib.mkOption {
      type = lib.types.lines;
      default = "";
      inherit description example;
    };

  ports =
    protocol:
    lib.mkOption {
      type = lib.types.listOf lib.types.port;
      default = [ ];
      apply = found: lib.unique (lib.sort builtins.lessThan found);
      example = [
        22
        80
      ];
      description = "${protocol} ports that are open.";
    };

  ranges =
    protocol:
    lib.mkOption {
      type = lib.types.listOf portRange;
      default = [ ];
      example = [
        {
          from = 8000;
          to = 8010;
        }
      ];
      description = "Ranges of ${protocol} ports that are open.";
    };

  allowed = {
    allowedTCPPorts = ports "TCP";
    allowedUDPPorts = ports "UDP";
    allowedTCPPortRanges = ranges "TCP";
    allowedUDPPortRanges = ranges "UDP";
  };
in
allowed
// {
  enable = flag true ''
    Whether connections from outside are refused, but to allowed ports. It acts in a container with a private network;
    the rules of a network that is shared with the host are never touched.
  '';
  allowPing = flag true "Whether pings are answered.";
  pingLimit = lib.mkOption {
    type = lib.types.nullOr (lib.types.separatedString " ");
    default = null;
    example = "--limit 1/minute --limit-burst 5";
    description = "Limit of pings, as iptables's `limit` match takes it.";
  };
  rejectPackets = flag false "Whether refused packets are answered, instead of being dropped.";
  trustedInterfaces = lib.mkOption {
    type = lib.types.listOf lib.types.str;
    default = [ ];
    example = [ "eth1" ];
    description = "Interfaces from which everything is accepted, besides `lo`.";
  };
  interfaces = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule { options = allowed; });
    default = { };
    example = {
      eth0.allowedTCPPorts = [ 80 ];
    };
    description = "Open ports by interface.";
  };
  extraCommands = commands "Shell commands that add rules, run before the rule that refuses all else." "iptables -A nixos-fw -s 10.0.0.1 -j ACCEPT";
  extraStopCommands = commands "Shell commands that remove what `extraCommands` added." "iptables -D INPUT -p icmp -j ACCEPT || true";
  extraPackages = lib.mkOption {
    type = lib.types.listOf lib.types.package;
    default = [ ];
    example = lib.literalExpression "[ pkgs.ipset ]";
    description = "Packages in the PATH of `extraCommands`.";
  };
  checkReversePath = lib.mkOption {
    type = lib.types.either lib.types.bool (
      lib.types.enum [
        "strict"
        "loose"
      ]
    );
    default = false;
    example = "loose";
    description = "Accepted for NixOS's sake: the host's kernel checks reverse paths.";
  };
  logRefusedConnections = flag false "Accepted for NixOS's sake: kernels do not log for a network that is not the host's.";
  logRefusedPackets = flag false "Accepted for NixOS's sake, see logRefusedConnections.";
  logRefusedUnicastsOnly = flag true "Accepted for NixOS's sake, see logRefusedConnections.";
  logReversePathDrops = flag false "Accepted for NixOS's sake, see logRefusedConnections.";
  autoLoadConntrackHelpers = flag false "Accepted for NixOS's sake: a container cannot load kernel modules.";
}
