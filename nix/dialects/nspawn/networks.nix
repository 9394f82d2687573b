# What systemd-networkd sets up on both sides of a container's link, where the definition says nothing else: systemd's own
# defaults for containers, with IPv6, and with names by multicast.
{ lib }:
let
  common = {
    # An IPv4 one would be a container's first address, by which others know it, and go with the lease.
    LinkLocalAddressing = lib.mkDefault "ipv6";
    LLDP = lib.mkDefault true;
    EmitLLDP = lib.mkDefault "customer-bridge";
    # Nobody else can have these addresses, and services would wait for it.
    IPv6DuplicateAddressDetection = lib.mkDefault 0;
    MulticastDNS = lib.mkDefault true;
    LLMNR = lib.mkDefault true;
  };
in
{
  inside = {
    matchConfig = {
      Kind = "veth";
      Name = "host0";
      Virtualization = "container";
    };
    networkConfig = common // {
      DHCP = lib.mkDefault true;
      IPv6AcceptRA = lib.mkDefault true;
    };
  };

  # `kind` is "veth", or "bridge" for a zone.
  host = kind: interface: {
    matchConfig = {
      Kind = kind;
      Name = interface;
    };
    networkConfig = common // {
      # networkd takes networks that are free.
      Address = lib.mkDefault [
        (if kind == "bridge" then "0.0.0.0/24" else "0.0.0.0/28")
        "::/64"
      ];
      DHCPServer = lib.mkDefault true;
      IPMasquerade = lib.mkDefault "both";
      IPv6AcceptRA = lib.mkDefault false;
      IPv6SendRA = lib.mkDefault true;
      ConfigureWithoutCarrier = lib.mkIf (kind == "bridge") (lib.mkDefault true);
    };
    # Containers are given away with their leases.
    dhcpServerConfig.PersistLeases = lib.mkDefault false;
  };
}
