# A container's system from its modules, for dialects that are not nixpkgs's own `containers.NAME`.
#
#   { lib, facts, nixpkgs, evalSystem }
#   -> { name, modules, specialArgs ? { }, prefix ? [ "containers" name ] } -> { toplevel, config, options }
{
  lib,
  facts,
  nixpkgs,
  evalSystem,
}:
{
  name,
  modules,
  specialArgs ? { },
  prefix ? [
    "containers"
    name
  ],
}:
let
  evaluated = evalSystem (import (nixpkgs + "/nixos/lib/eval-config.nix")) {
    inherit (facts) system;
    inherit prefix specialArgs;
    modules = [
      {
        _file = "the nixpkgs base";
        boot.isContainer = true;
        # Over what a default of the system itself may be.
        networking.hostName = lib.mkOverride 999 name;
      }
    ]
    ++ modules;
  };
in
{
  inherit (evaluated) config options;
  inherit (evaluated.config.system.build) toplevel;
}
