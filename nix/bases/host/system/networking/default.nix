# The network inside the container.
{
  imports = [
    ./names.nix
    ./ipv6.nix
    ./resolver.nix
    ./interfaces.nix
    ./dhcp.nix
    ./firewall.nix
    ./nat.nix
    ./accepted.nix
  ];
}
