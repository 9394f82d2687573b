# `extra.credentials` and `extra.storePaths` of a container of the nspawn dialect.
#
#   { base, facts, pkgs } -> { module, needs }
#
# `needs CONFIG NAME` is what its credentials need of the machine.
{
  base,
  facts,
  pkgs,
}:
let
  inherit (base) lib;
  credentials = import ../../credentials/option.nix {
    inherit lib;
    shell = base.shell pkgs;
  };
  storePaths = import ../../store-paths/option.nix {
    inherit lib pkgs;
    inherit (base) tools;
  };
  prefix = name: "virtualisation.nspawn.containers.${name}.extra";
in
{
  module =
    { lib, config, ... }:
    {
      options.virtualisation.nspawn.containers = lib.mkOption {
        type = lib.types.attrsOf (
          lib.types.submodule {
            options.extra = {
              credentials = credentials.option;
              storePaths = storePaths.option;
            };
          }
        );
      };

      config.systemd.services = lib.mapAttrs' (
        name: cfg:
        let
          flags = credentials.flags (prefix name) (facts.renamed name) cfg.extra.credentials;
        in
        lib.nameValuePair "container@${name}" (
          lib.mkMerge [
            (storePaths.service cfg.extra.storePaths)
            (credentials.service (prefix name) (facts.renamed name) cfg.extra.credentials)
            { environment = lib.optionalAttrs (flags != [ ]) { EXTRA_NSPAWN_FLAGS = toString flags; }; }
          ]
        )
      ) config.virtualisation.nspawn.containers;
    };

  needs =
    config: name:
    credentials.files (prefix name) config.virtualisation.nspawn.containers.${name}.extra.credentials;
}
