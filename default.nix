# For `nix-build`, and for `pkgs.callPackage` of this folder.
{
  pkgs ? import <nixpkgs> { },
  ...
}@args:
pkgs.callPackage ./package.nix (removeAttrs args [ "pkgs" ])
