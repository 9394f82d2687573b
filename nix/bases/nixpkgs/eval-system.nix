# A container's system, evaluated by nixpkgs's eval-config.nix: all containers that leave nixpkgs.* alone share one package
# set, instead of each importing its own.
#
#   { lib, pkgs } -> EVAL_CONFIG -> ARGS -> as EVAL_CONFIG gives it
#
# `pkgs` is nixpkgs without any configuration. ARGS are those of eval-config.nix.
{ lib, pkgs }:
evalConfig: args:
let
  accepted = builtins.functionArgs evalConfig;

  shared = import ./shared-packages.nix { inherit lib pkgs; };
in
evalConfig (
  args
  // lib.optionalAttrs (!(args ? pkgs)) {
    modules = args.modules ++ [ shared ];
  }
  # Else modules without a file would be said to be in this one.
  // lib.optionalAttrs (accepted ? modulesLocation && !(args ? modulesLocation)) {
    modulesLocation = (builtins.unsafeGetAttrPos "modules" args).file or null;
  }
)
