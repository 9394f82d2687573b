# Option types of networking.interfaces.NAME and of a default gateway.
{ lib }:
let
  text =
    default: example: description:
    lib.mkOption {
      type = if default == null then lib.types.nullOr lib.types.str else lib.types.str;
      inherit default example description;
    };

  address = family: {
    address = lib.mkOption {
      type = lib.types.str;
      example = if family == "IPv4" then "10.0.0.2" else "fd00::2";
      description = "${family} address.";
    };
    prefixLength = lib.mkOption {
      type = lib.types.ints.between 0 (if family == "IPv4" then 32 else 128);
      example = if family == "IPv4" then 24 else 64;
      description = "Length of the network's prefix.";
    };
  };

  route =
    family:
    address family
    // {
      type = text null "unreachable" "Type of the route.";
      via = text null (if family == "IPv4" then "10.0.0.1" else "fd00::1") "Address of the next hop.";
      options = lib.mkOption {
        type = lib.types.attrsOf lib.types.str;
        default = { };
        example = {
          mtu = "1492";
        };
        description = "Other options of the route, see ip-route(8).";
      };
    };

  list =
    options: what:
    lib.mkOption {
      type = lib.types.listOf (lib.types.submodule { inherit options; });
      default = [ ];
      example = [
        {
          address = "10.0.0.0";
          prefixLength = 24;
        }
      ];
      description = "${what} of the interface.";
    };

  family = name: {
    addresses = list (address name) "${name} addresses";
    routes = list (route name) "${name} routes";
  };
in
{
  interface =
    { name, ... }:
    {
      options = {
        name = text name "eth0" "Name of the interface.";
        ipv4 = family "IPv4";
        ipv6 = family "IPv6";
        mtu = lib.mkOption {
          type = lib.types.nullOr lib.types.int;
          default = null;
          example = 1400;
          description = "Largest packet of the interface.";
        };
        macAddress = text null "00:11:22:33:44:55" "Hardware address of the interface.";
        useDHCP = lib.mkOption {
          type = lib.types.nullOr lib.types.bool;
          default = null;
          example = false;
          description = "DHCP is not carried out on this base: true is refused.";
        };
      };
    };

  gateway =
    name: example:
    lib.mkOption {
      type = lib.types.nullOr (
        lib.types.coercedTo lib.types.str (address: { inherit address; }) (
          lib.types.submodule {
            options = {
              address = text "" example "Address of the gateway.";
              interface = text null "eth0" "Interface by which the gateway is reached.";
              source = text null example "Source address of packets by this route.";
              metric = lib.mkOption {
                type = lib.types.nullOr lib.types.int;
                default = null;
                example = 42;
                description = "Metric of the route.";
              };
            };
          }
        )
      );
      default = null;
      inherit example;
      description = "Default ${name} gateway: an address, or a set with `address`, `interface`, `source` and `metric`.";
    };
}
