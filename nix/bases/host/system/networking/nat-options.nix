# Options of networking.nat.
{ lib }:
let
  option =
    type: default: example: description:
    lib.mkOption {
      inherit
        type
        default
        example
        description
        ;
    };
  strings = lib.types.listOf lib.types.str;
  maybe = lib.types.nullOr lib.types.str;
in
{
  enable = option lib.types.bool false true "Whether packets of internal networks are given the container's own address.";
  enableIPv6 = option lib.types.bool false true "Whether IPv6 packets are translated too.";
  internalInterfaces = option strings [ ] [ "eth1" ] "Interfaces whose packets are translated.";
  internalIPs = option strings [ ] [ "192.168.1.0/24" ] "IPv4 ranges whose packets are translated.";
  internalIPv6s = option strings [ ] [ "fc00::/64" ] "IPv6 ranges whose packets are translated.";
  externalInterface = option maybe null "eth0" "Interface by which packets leave.";
  externalIP = option maybe null "203.0.113.1" "IPv4 address that packets get. Null takes the interface's own.";
  externalIPv6 = option maybe null "2001:db8::1" "IPv6 address that packets get. Null takes the interface's own.";
  dmzHost = option maybe null "10.0.0.1" "Address that gets all packets which no other rule takes.";
  extraCommands = option lib.types.lines "" "iptables -t nat -A nixos-nat-pre -j ACCEPT" "Shell commands that add rules.";
  extraStopCommands = option lib.types.lines "" "iptables -t nat -D PREROUTING -j demo || true" "Shell commands that remove what `extraCommands` added.";
  forwardPorts = lib.mkOption {
    default = [ ];
    example = [
      {
        sourcePort = 8080;
        destination = "10.0.0.2:80";
      }
    ];
    description = "Ports of the external interface that lead to other addresses.";
    type = lib.types.listOf (
      lib.types.submodule {
        options = {
          sourcePort = lib.mkOption {
            type = lib.types.either lib.types.int (lib.types.strMatching "[0-9]+:[0-9]+");
            example = 8080;
            description = "Port, or range of ports START:END.";
          };
          destination = lib.mkOption {
            type = lib.types.str;
            example = "10.0.0.2:80";
            description = "Address and port (or ports START-END) that get the packets.";
          };
          proto = option lib.types.str "tcp" "udp" "Protocol.";
          loopbackIPs = option strings [ ] [ "203.0.113.1" ] "Own addresses at which the port is reached from inside too.";
        };
      }
    );
  };
}
