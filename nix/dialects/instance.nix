# What is inside a container that the command line renamed: its host name. Defaults of the bases are of a lower priority.
{ facts }:
{ lib, options, ... }:
let
  hasConfig = import ./has-config.nix { inherit lib; } options.containers;

  hostName = name: lib.removeSuffix "-" (lib.substring 0 63 (lib.replaceStrings [ "_" ] [ "-" ] name));

  container =
    { name, ... }:
    {
      config.config = lib.mkIf (facts.renamed name != name && hasConfig name) {
        networking.hostName = lib.mkOverride 980 (hostName (facts.renamed name));
      };
    };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };
}
