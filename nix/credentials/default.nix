# `extra.credentials` of `containers.NAME`.
{
  facts,
  pkgs,
  shell,
}:
{ lib, config, ... }:
let
  credentials = import ./option.nix {
    inherit lib;
    shell = shell pkgs;
  };

  container =
    { name, config, ... }:
    {
      options.extra.credentials = credentials.option;
      config.extraFlags = credentials.flags "containers.${name}.extra" (facts.renamed name) config.extra.credentials;
    };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };

  config.systemd.services = lib.mapAttrs' (
    name: cfg:
    lib.nameValuePair "container@${name}" (
      credentials.service "containers.${name}.extra" (facts.renamed name) cfg.extra.credentials
    )
  ) config.containers;
}
