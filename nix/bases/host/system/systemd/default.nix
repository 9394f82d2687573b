# systemd inside the container.
{
  imports = [
    ./units.nix
    ./manager.nix
    ./tmpfiles.nix
    ./journald.nix
    ./sysctl.nix
    ./networkd.nix
  ];
}
