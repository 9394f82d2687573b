# services.journald and services.logind.
{ config, lib, ... }:
let
  journald = config.services.journald;
  text =
    description: example:
    lib.mkOption {
      type = lib.types.lines;
      default = "";
      inherit description example;
    };
in
{
  options.services = {
    journald = {
      storage = lib.mkOption {
        type = lib.types.enum [
          "persistent"
          "volatile"
          "auto"
          "none"
        ];
        default = "persistent";
        example = "volatile";
        description = "Where the journal is kept: in /var/log/journal, in memory, or not at all.";
      };
      rateLimitInterval = lib.mkOption {
        type = lib.types.str;
        default = "30s";
        example = "10s";
        description = "Interval to which `rateLimitBurst` applies.";
      };
      rateLimitBurst = lib.mkOption {
        type = lib.types.int;
        default = 10000;
        example = 100;
        description = "How many messages of one service are kept within `rateLimitInterval`.";
      };
      extraConfig = text "Lines at the end of journald.conf(5)." "SystemMaxUse=50M";
    };
    logind.extraConfig = text "Lines at the end of logind.conf(5)." "KillUserProcesses=yes";
  };

  config.environment.etc = {
    "systemd/journald.conf".text = ''
      [Journal]
      Storage=${journald.storage}
      RateLimitInterval=${journald.rateLimitInterval}
      RateLimitBurst=${toString journald.rateLimitBurst}
      ${journald.extraConfig}'';
    "systemd/logind.conf".text = "[Login]\n${config.services.logind.extraConfig}";
  };
}
