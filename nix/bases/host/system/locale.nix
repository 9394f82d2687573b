# time.timeZone and i18n: /etc/localtime, /etc/locale.conf.
{ config, lib, ... }:
let
  i18n = config.i18n;
  zone = config.time.timeZone;
  known = builtins.pathExists "/usr/share/zoneinfo";
in
{
  options = {
    time.timeZone = lib.mkOption {
      type = lib.types.nullOr (lib.types.addCheck lib.types.str (value: builtins.match ".* .*" value == null));
      default = null;
      example = "Europe/Berlin";
      description = "Time zone, one of those in /usr/share/zoneinfo. Without one it is UTC.";
    };
    time.hardwareClockInLocalTime = lib.mkOption {
      type = lib.types.bool;
      default = false;
      example = true;
      description = "Accepted for NixOS's sake: the clock is the host's.";
    };
    i18n = {
      defaultLocale = lib.mkOption {
        type = lib.types.str;
        default = "C.UTF-8";
        example = "en_US.UTF-8";
        description = "Locale of the system's messages and formats. The machine must have it.";
      };
      extraLocaleSettings = lib.mkOption {
        type = lib.types.attrsOf lib.types.str;
        default = { };
        example = {
          LC_TIME = "de_DE.UTF-8";
        };
        description = "Variables of single parts of the locale.";
      };
      supportedLocales = lib.mkOption {
        type = lib.types.listOf lib.types.str;
        default = [ ];
        example = [ "en_US.UTF-8/UTF-8" ];
        description = "Accepted for NixOS's sake: the locales are the machine's.";
      };
    };
  };

  config = {
    assertions = [
      {
        assertion = zone == null || !known || builtins.pathExists "/usr/share/zoneinfo/${zone}";
        message = "time.timeZone: this machine has no time zone '${toString zone}'. `timedatectl list-timezones` lists those it has.";
      }
    ];

    environment.sessionVariables = {
      LANG = i18n.defaultLocale;
    }
    // i18n.extraLocaleSettings;

    environment.etc = {
      "locale.conf".text =
        "LANG=${i18n.defaultLocale}\n"
        + lib.concatStrings (lib.mapAttrsToList (name: value: "${name}=${value}\n") i18n.extraLocaleSettings);
      localtime = {
        source = "/usr/share/zoneinfo/${if zone == null then "UTC" else zone}";
        # systemd reads the zone's name from the link's own target.
        mode = "direct-symlink";
      };
    };
  };
}
