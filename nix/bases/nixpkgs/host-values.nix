# What nixpkgs's module for containers reads of its host, and nothing evaluated here defines: as on a NixOS host that does
# not set it. A nixpkgs that reads something else is evaluated as a whole host (src/eval/nixpkgs.ts).
{ lib, pkgs }:
{
  system.stateVersion.value = lib.trivial.release;
  systemd.package.value = pkgs.systemd;
  nix.package.value = pkgs.nix;
  boot.kernelPackages.value = pkgs.linuxPackages;
  virtualisation.containers.enable.value = false;
}
