# /etc/systemd/system.conf.
{ config, lib, ... }:
let
  cfg = config.systemd;
  accepted =
    what: default:
    lib.mkOption {
      type = lib.types.bool;
      inherit default;
      example = !default;
      description = "Accepted for NixOS's sake: ${what}.";
    };
in
{
  options.systemd = {
    settings.Manager = lib.mkOption {
      type = lib.types.attrsOf (
        lib.types.oneOf [
          lib.types.bool
          lib.types.int
          lib.types.str
        ]
      );
      default = { };
      example = {
        DefaultTimeoutStartSec = "20s";
      };
      description = "Settings of the [Manager] section, see systemd-system.conf(5).";
    };
    extraConfig = lib.mkOption {
      type = lib.types.lines;
      default = "";
      example = "DefaultLimitNOFILE=4096";
      description = "Lines at the end of the [Manager] section.";
    };
    coredump.enable = accepted "the host's kernel decides where core dumps go" false;
    oomd.enable = accepted "the host's systemd-oomd sees the container's processes" false;
    sysusers.enable = accepted "users are always made by systemd-sysusers" true;
  };

  config.environment.etc."systemd/system.conf".text =
    "[Manager]\n"
    + lib.concatStrings (
      lib.mapAttrsToList (
        name: value: "${name}=${if lib.isBool value then lib.boolToString value else toString value}\n"
      ) cfg.settings.Manager
    )
    + cfg.extraConfig;
}
