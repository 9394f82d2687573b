# The options of `containers.NAME` that concern its network.
{ lib }:
let
  text =
    type: example: description:
    lib.mkOption {
      type = lib.types.nullOr type;
      default = null;
      inherit example description;
    };

  kindOfText =
    kind: isOne:
    lib.mkOptionType {
      name = kind;
      description = kind;
      check = value: lib.isString value && isOne value;
      merge = lib.mergeEqualOption;
    };
  matching = kind: regex: kindOfText kind (value: builtins.match regex value != null);
  addresses = import ./addresses.nix { inherit lib; };

  ipv4 = kindOfText "IPv4 address" addresses.isIPv4;
  ipv6 = kindOfText "IPv6 address" addresses.isIPv6;
  mac = matching "MAC address" "[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}";
  interface = matching "name of a network interface" "[^/: ]{1,15}";

  interfaces =
    description:
    lib.mkOption {
      type = lib.types.listOf interface;
      default = [ ];
      example = [ "eth1" ];
      inherit description;
    };

  port =
    description:
    lib.mkOption {
      type = lib.types.port;
      example = 8080;
      inherit description;
    };

  ends = {
    hostBridge = text interface "br0" "A bridge of the host that the host's end joins. hostAddress and hostAddress6 are the gateway's then, and are not set.";
    hostAddress = text ipv4 "10.231.136.1" "IPv4 address of the host's end. Several containers may share it.";
    hostAddress6 = text ipv6 "fc00::1" "IPv6 address of the host's end.";
    localAddress = text ipv4 "10.231.136.2" "IPv4 address of the container's end, with a prefix length where hostBridge is set.";
    localAddress6 = text ipv6 "fc00::2" "IPv6 address of the container's end, with a prefix length where hostBridge is set.";

    forwardPorts = lib.mkOption {
      type = lib.types.listOf (
        lib.types.submodule {
          options = {
            protocol = lib.mkOption {
              type = lib.types.enum [
                "tcp"
                "udp"
              ];
              default = "tcp";
              example = "udp";
              description = "The protocol.";
            };
            hostPort = port "The port of the host.";
            containerPort = port "The port of the container. Null: the same as `hostPort`." // {
              type = lib.types.nullOr lib.types.port;
              default = null;
            };
          };
        }
      );
      default = [ ];
      example = [
        {
          hostPort = 8080;
          containerPort = 80;
        }
      ];
      description = "Ports of the host that lead into the container.";
    };
  };
in
{
  options = ends // {
    privateNetwork = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = ''
        Whether the container has a network of its own: `eth0`, whose other end is `ve-NAME` on the host. Otherwise it
        shares the host's.
      '';
    };

    localMacAddress = text mac "02:00:00:00:00:01" "MAC address of the container's `eth0`.";
    networkNamespace = text lib.types.str "/run/netns/vpn" "A network namespace that the container joins.";

    interfaces = interfaces "Interfaces of the host that move into the container.";
    macvlans = interfaces "Interfaces of the host that the container gets a macvlan of, named mv-INTERFACE.";

    extraVeths = lib.mkOption {
      type = lib.types.attrsOf (
        lib.types.submodule {
          options = removeAttrs ends [ "forwardPorts" ];
        }
      );
      default = { };
      example = {
        ve-extra = {
          hostAddress = "10.231.137.1";
          localAddress = "10.231.137.2";
        };
      };
      description = "More pairs of interfaces. Both ends have the attribute's name.";
    };
  };
}
