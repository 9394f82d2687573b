# `extra.storePaths` of any kind of container that a bash script starts: the option, and what the unit has for it.
#
#   { lib, pkgs, tools } -> { option, service }
{
  lib,
  pkgs,
  tools,
}:
let
  # The same store path for all containers.
  script = builtins.toFile "container-store-paths" (builtins.readFile ./store-paths.sh);
in
{
  option = lib.mkOption {
    type = lib.types.enum [
      "all"
      "closure"
    ];
    default = "all";
    example = "closure";
    description = ''
      Which paths of the Nix store the container has: all of them, or only those that its system needs ("closure"). Then
      it has no Nix daemon either. An update in place brings new paths in; those of before stay until the next start.
    '';
  };

  service =
    storePaths:
    lib.optionalAttrs (storePaths == "closure") {
      path = tools pkgs;
      environment = {
        # Read by the start script of whoever wrote it, before anything else.
        BASH_ENV = script;
        STORE_PATHS_SCRIPT = script;
      };
    };
}
