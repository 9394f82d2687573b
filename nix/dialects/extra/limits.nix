# `extra.memory`, `extra.cpus` and `extra.pids`: settings of systemd's. ../limits.nix is what carries them out.
{ lib, config, ... }:
let
  limit =
    type: example: description:
    lib.mkOption {
      type = lib.types.nullOr type;
      default = null;
      inherit example description;
    };

  positive = lib.types.addCheck lib.types.number (value: value > 0) // {
    description = "positive number";
  };

  container.options.extra = {
    memory = limit (lib.types.either lib.types.ints.positive (lib.types.strMatching "[1-9][0-9]*[KMGT%]?")) "200M" ''
      The most memory that the container may use: bytes, or with K, M, G, T, or a percentage of this machine's. A process
      that needs more is killed.
    '';
    cpus = limit positive 1.5 "The most processor time that the container may use, in processors.";
    pids = limit lib.types.ints.positive 200 "The most processes and threads that the container may have.";
  };

  # Hundredths of a percent are the finest that systemd takes.
  quota =
    cpus:
    let
      hundredths = builtins.floor (cpus * 10000 + 0.5);
      part = lib.mod hundredths 100;
    in
    "${toString (hundredths / 100)}${lib.optionalString (part != 0) ".${lib.fixedWidthNumber 2 part}"}%";

  service = extra: {
    serviceConfig =
      lib.optionalAttrs (extra.memory != null) { MemoryMax = extra.memory; }
      // lib.optionalAttrs (extra.cpus != null) { CPUQuota = quota extra.cpus; }
      // lib.optionalAttrs (extra.pids != null) { TasksMax = extra.pids; };
  };
in
{
  options.containers = lib.mkOption {
    type = lib.types.attrsOf (lib.types.submodule container);
  };

  config.systemd.services = lib.mapAttrs' (
    name: cfg: lib.nameValuePair "container@${name}" (service cfg.extra)
  ) config.containers;
}
