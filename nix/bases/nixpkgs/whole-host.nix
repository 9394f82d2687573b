# In place of the reduced evaluation where that does not fit a nixpkgs: everything that a NixOS host is.
{
  lib,
  facts,
  nixpkgs,
}:
{
  wholeHost = true;

  evalModules =
    { modules }:
    import (nixpkgs + "/nixos/lib/eval-config.nix") {
      inherit (facts) system;
      inherit modules;
    };

  containersModule = {
    _file = "the nixpkgs base";
    # It decides where containers are kept. Unset, NixOS warns.
    system.stateVersion = lib.mkDefault lib.trivial.release;
  };
}
