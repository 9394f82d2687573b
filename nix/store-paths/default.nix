# `extra.storePaths` of `containers.NAME`.
{ pkgs, tools }:
{ lib, config, ... }:
let
  storePaths = import ./option.nix { inherit lib pkgs tools; };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule { options.extra.storePaths = storePaths.option; });
  };

  config.systemd.services = lib.mapAttrs' (
    name: cfg: lib.nameValuePair "container@${name}" (storePaths.service cfg.extra.storePaths)
  ) config.containers;
}
