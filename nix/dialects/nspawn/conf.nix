# The conf of a container of the nspawn dialect: its kind, and what the CLI reads of every container.
{ lib }:
cfg:
let
  plain = value: builtins.match "[-A-Za-z0-9_./:,+=@]+" value != null;
  line = name: value: "${name}=${if plain value then value else builtins.toJSON value}\n";
in
lib.concatStrings (
  lib.mapAttrsToList line (
    {
      KIND = "nspawn";
      SYSTEM_PATH = toString cfg.path;
    }
    // lib.optionalAttrs cfg.autoStart { AUTO_START = "1"; }
  )
)
